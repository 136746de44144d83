#!/usr/bin/env node
// Records what drizzle-kit makes of the fixtures in tests/cases, or checks that the records still hold.
//
//   node tests/oracle/record.mjs [record|compare] [CASE...]
//   node tests/oracle/record.mjs kinds            which statement types the records touch
//
// A case is a folder with `before/` (left out: no schema yet), `after/` and, where it needs them,
// `case.json`: {"schema": ["schema.ts"], "casing": "snake_case", "renames": ["table:public.a=public.b"]}.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { EMPTY, snapshot, statements, versions } from './kit.mjs';

const cases = fileURLToPath(new URL('../cases', import.meta.url));

/** What drizzle-kit makes of one case. */
export async function record(directory) {
  const file = path.join(directory, 'case.json');
  const { schema = ['schema.ts'], casing, renames } = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {};
  const side = async (name) => {
    const root = path.join(directory, name);
    if (!fs.existsSync(root)) return { snapshot: EMPTY };
    return snapshot(schema, root, { casing }).catch((error) => ({ error: error.message }));
  };
  const [before, after] = [await side('before'), await side('after')];
  const recorded = { versions, before: before.snapshot, after: after.snapshot };
  const failed = before.error ?? after.error;
  if (failed) return { versions, [before.error ? 'before' : 'after']: null, error: failed };
  try {
    const { sql, kinds } = await statements(before.snapshot, after.snapshot, renames);
    return { ...recorded, kinds, sql };
  } catch (error) {
    return { ...recorded, error: error.message };
  }
}

const [command = 'compare', ...names] = process.argv.slice(2);
const all = fs.readdirSync(cases).filter((name) => fs.existsSync(path.join(cases, name, 'after'))).sort();
const unknown = names.filter((name) => !all.includes(name));
if (!['record', 'compare', 'kinds'].includes(command) || unknown.length) {
  console.error(unknown.length ? `no such case: ${unknown.join(', ')}` : 'usage: record.mjs [record|compare|kinds] [CASE...]');
  process.exit(2);
}

const differing = [];
const kinds = new Map();
for (const name of names.length ? names : all) {
  const file = path.join(cases, name, 'oracle.json');
  const text = `${JSON.stringify(await record(path.join(cases, name)), null, 2)}\n`;
  const recorded = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  for (const kind of JSON.parse(text).kinds ?? []) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  if (text === recorded) continue;
  differing.push(name);
  if (command === 'record') fs.writeFileSync(file, text);
}

if (command === 'kinds') {
  for (const [kind, count] of [...kinds].sort()) console.log(`${String(count).padStart(4)} ${kind}`);
} else {
  const done = command === 'record' ? 'recorded anew' : 'not as recorded';
  console.log(`${names.length || all.length} cases, ${differing.length} ${done}${differing.length ? `: ${differing.join(', ')}` : ''}`);
  process.exitCode = command === 'compare' && differing.length ? 1 : 0;
}
