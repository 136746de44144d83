// The records of tests/dsl: what drizzle-kit makes of every module there, one file beside each.
//
//   node tests/oracle/dsl.mjs compare [NAME...]   do the records still hold?
//   node tests/oracle/dsl.mjs record [NAME...]    write them
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { snapshot } from './kit.mjs';

const folder = fileURLToPath(new URL('../dsl', import.meta.url));

/** A name's ending says with which casing it is read. */
const casingOf = (name) => (name.endsWith('_snake') ? 'snake_case' : name.endsWith('_camel') ? 'camelCase' : undefined);

async function ask(name) {
  try {
    const { id, prevId, _meta, ...made } = (await snapshot(`${name}.ts`, folder, { casing: casingOf(name) })).snapshot;
    return { snapshot: made };
  } catch (error) {
    return { error: error.message };
  }
}

const [command, ...chosen] = process.argv.slice(2);
if (command !== 'compare' && command !== 'record') {
  console.error('usage: dsl.mjs compare|record [NAME...]');
  process.exit(2);
}
const all = fs.readdirSync(folder).filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -3));
let stale = 0;
for (const name of chosen.length ? chosen : all.sort()) {
  const file = path.join(folder, `${name}.json`);
  const made = await ask(name);
  if (command === 'record') {
    fs.writeFileSync(file, `${JSON.stringify(made, null, 1)}\n`);
  } else if (!fs.existsSync(file) || !isDeepStrictEqual(JSON.parse(fs.readFileSync(file, 'utf8')), made)) {
    console.error(`${name}: the record does not hold`);
    stale += 1;
  }
}
process.exit(stale ? 1 : 0);
