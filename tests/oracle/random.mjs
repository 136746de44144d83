#!/usr/bin/env node
// drizzle-guard against drizzle-kit over random pairs of snapshots.
//
//   node tests/oracle/random.mjs compare BINARY [COUNT [SEED]]   `BINARY sql` against drizzle-kit
//   node tests/oracle/random.mjs record                          writes tests/kit/pairs.ndjson
//
// The same seed always makes the same pair, so a difference is found again by its seed.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { statements, versions } from './kit.mjs';
import { pair } from './snapshots.mjs';

const run = promisify(execFile);
const records = fileURLToPath(new URL('../kit/pairs.ndjson', import.meta.url));
const RECORDED = 60;
const LONGEST = 9000;

/** drizzle-kit's statements, or the message it stops with. */
async function drizzleKit({ before, after, renames }, push) {
  try {
    const { sql } = await statements(before, after, renames, { push, idle: true });
    return { sql };
  } catch (error) {
    return { error: error.message };
  }
}

async function record() {
  const lines = [JSON.stringify(versions)];
  for (let seed = 1; lines.length <= RECORDED; seed++) {
    const made = pair(seed, { odd: seed % 3 === 0 ? 0.2 : 0 });
    if (JSON.stringify(made).length > LONGEST) continue;
    const [generate, push] = [await drizzleKit(made, false), await drizzleKit(made, true)];
    lines.push(JSON.stringify({ seed, ...made, generate, push }));
  }
  fs.mkdirSync(path.dirname(records), { recursive: true });
  fs.writeFileSync(records, `${lines.join('\n')}\n`);
  console.log(`${lines.length - 1} pairs recorded`);
}

/** `drizzle-guard sql` between two snapshot files. */
async function drizzleGuard(binary, folder, { before, after, renames }) {
  const file = (name) => path.join(folder, `${name}.json`);
  fs.writeFileSync(file('before'), JSON.stringify(before));
  fs.writeFileSync(file('after'), JSON.stringify(after));
  const states = ['--base', `snapshot:${file('before')}`, '--head', `snapshot:${file('after')}`];
  const stated = renames.flatMap((rename) => ['--rename', rename]);
  try {
    const { stdout } = await run(binary, ['sql', '--format', 'json', ...states, ...stated], { cwd: folder });
    return { sql: JSON.parse(stdout).statements };
  } catch (error) {
    return { error: (error.stderr || error.message).trim() };
  }
}

async function compare(binary, count, first) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'drizzle-guard-random-'));
  const differing = [];
  let stops = 0;
  for (let seed = first; seed < first + count; seed++) {
    const made = pair(seed);
    const [expected, actual] = [await drizzleKit(made, false), await drizzleGuard(path.resolve(binary), folder, made)];
    if (expected.error && actual.error) stops++;
    // Names that drizzle-kit takes for marks of its own make it print nonsense; we say so instead.
    else if (actual.error?.includes('misreads the name')) stops++;
    else if (JSON.stringify(expected.sql) !== JSON.stringify(actual.sql)) differing.push({ seed, expected, actual });
  }
  fs.rmSync(folder, { recursive: true });
  for (const { seed, expected, actual } of differing.slice(0, 5)) console.log(`seed ${seed}\n${JSON.stringify({ expected, actual }, null, 2)}`);
  console.log(`${count} pairs from seed ${first}: ${count - stops - differing.length} equal, ${stops} where both stop, ${differing.length} differ`);
  process.exitCode = differing.length ? 1 : 0;
}

const [command, binary, count = '500', seed = String(Date.now() % 1e9)] = process.argv.slice(2);
if (command === 'record') await record();
else if (command === 'compare' && binary) await compare(binary, Number(count), Number(seed));
else {
  console.error('usage: random.mjs compare BINARY [COUNT [SEED]] | record');
  process.exitCode = 2;
}
