#!/usr/bin/env node
// drizzle-guard against drizzle-kit over random projects of TypeScript modules.
//
//   node tests/oracle/projects.mjs compare BINARY [COUNT [SEED]]   `BINARY snapshot` against drizzle-kit
//   node tests/oracle/projects.mjs show SEED                       the files of one project
//   node tests/oracle/projects.mjs shrink BINARY SEED              as few lines as still show the difference
//
// The same seed always makes the same project, so a difference is found again by its seed.
import { execFile, fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { config, snapshot } from './kit.mjs';
import { project } from './projects/index.mjs';

const run = promisify(execFile);
const PART = 100;

/** What can come of a project; only the first two are as it should be. */
const KINDS = {
  equal: 'equal',
  stops: 'where both stop',
  unresolved: 'not evaluated',
  refused: 'refused wrongly',
  accepted: 'accepted wrongly',
  differs: 'differ',
};

/** Writes a project into a folder that is a git repository, as far as git has to see one. */
function write(folder, { files, links }) {
  const put = (file, text) => {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  };
  put('.git/HEAD', 'ref: refs/heads/main\n');
  put('.git/config', '[core]\n\trepositoryformatversion = 0\n\tbare = false\n');
  for (const name of ['objects', 'refs']) fs.mkdirSync(path.join(folder, '.git', name), { recursive: true });
  for (const [file, text] of Object.entries(files)) put(file, text);
  for (const [link, target] of Object.entries(links)) {
    fs.mkdirSync(path.dirname(path.join(folder, link)), { recursive: true });
    fs.symlinkSync(target, path.join(folder, link));
  }
}

/** The snapshot without what every one has anew, as text: the order of keys counts. */
function text({ id, prevId, _meta, ...rest }) {
  return JSON.stringify(rest, null, 1);
}

async function drizzleKit(folder) {
  try {
    const { schema, casing } = await config(path.join(folder, 'drizzle.config.ts'));
    return { snapshot: text((await snapshot(schema, folder, { casing, placeholders: true })).snapshot) };
  } catch (error) {
    return { error: error.message };
  }
}

async function drizzleGuard(binary, folder) {
  try {
    const { stdout } = await run(binary, ['-C', folder, 'snapshot', ':worktree'], { maxBuffer: 1 << 26 });
    return { snapshot: text(JSON.parse(stdout)) };
  } catch (error) {
    return { error: (error.stderr || error.message).trim() };
  }
}

/** The first line at which two texts part. */
function parting(expected, actual) {
  const [a, b] = [expected.split('\n'), actual.split('\n')];
  const at = a.findIndex((line, i) => line !== b[i]);
  return `line ${at}: drizzle-kit ${a[at]?.trim()} | drizzle-guard ${b[at]?.trim()}`;
}

/** {kind, why} of a project that is written in a folder. */
async function judge(binary, folder) {
  const guard = drizzleGuard(binary, folder);
  const [expected, actual] = [await drizzleKit(folder), await guard];
  if (expected.error !== undefined) {
    return actual.error !== undefined ? { kind: 'stops', why: expected.error } : { kind: 'accepted', why: expected.error };
  }
  if (actual.error !== undefined) {
    const kind = /drizzle-kit would fail here|the program throws/.test(actual.error) ? 'refused' : 'unresolved';
    return { kind, why: actual.error };
  }
  return actual.snapshot === expected.snapshot ? { kind: 'equal' } : { kind: 'differs', why: parting(expected.snapshot, actual.snapshot) };
}

/** Runs `work` in a new folder, which is gone afterwards. */
async function inFolder(work) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'drizzle-guard-projects-'));
  try {
    return await work(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** One part of a comparison, in a process of its own: it tells its parent what came of every seed. */
async function part(binary, first, count) {
  await inFolder(async (folder) => {
    for (let seed = first; seed < first + count; seed++) {
      const place = path.join(folder, String(seed));
      write(place, project(seed));
      process.send({ seed, ...(await judge(binary, place)) });
      fs.rmSync(place, { recursive: true });
    }
  });
}

async function compare(binary, count, first) {
  const counts = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, 0]));
  let next = first;
  const worker = async () => {
    while (next < first + count) {
      const from = next;
      next += PART;
      const child = fork(fileURLToPath(import.meta.url), ['part', binary, String(from), String(Math.min(PART, first + count - from))]);
      child.on('message', ({ seed, kind, why }) => {
        counts[kind]++;
        if (kind !== 'equal' && (kind !== 'stops' || process.env.SHOW_STOPS)) console.log(`seed ${seed}: ${KINDS[kind]}: ${why}`);
      });
      const status = await new Promise((resolve) => child.on('exit', resolve));
      if (status !== 0) throw new Error(`the part from seed ${from} ended with ${status}`);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, os.availableParallelism()) }, worker));
  const told = Object.entries(KINDS).map(([kind, words]) => `${counts[kind]} ${words}`);
  console.log(`${count} projects from seed ${first}: ${told.join(', ')}`);
  process.exitCode = counts.equal + counts.stops === count ? 0 : 1;
}

/** Takes lines away as long as the same is wrong. */
async function shrink(binary, seed) {
  const made = project(seed);
  let lines = Object.entries(made.files).flatMap(([file, body]) => body.split('\n').map((line) => [file, line]));
  const files = (some) => {
    const of = Object.fromEntries(Object.keys(made.files).map((file) => [file, []]));
    for (const [file, line] of some) of[file].push(line);
    return Object.fromEntries(Object.entries(of).map(([file, body]) => [file, body.join('\n')]));
  };
  let tries = 0;
  const outcome = (some) => inFolder(async (folder) => {
    const place = path.join(folder, String(tries++));
    write(place, { ...made, files: files(some) });
    return judge(binary, place);
  });
  const { kind, why } = await outcome(lines);
  // A difference stays the same while its message does, whatever it is about.
  const gist = (words) => (kind === 'differs' ? '' : words.replace(/\S*[\/"'\`:\d[\]]\S*/g, '').slice(0, 120));
  const same = async (some) => {
    const now = await outcome(some);
    return now.kind === kind && gist(now.why) === gist(why);
  };
  // Whole statements first: what is left of half a statement does not even parse.
  const starts = (line) => /^(export|const|enum|class|abstract|namespace|function|type|interface|import|async)\b/.test(line);
  for (let at = 0; kind !== 'equal' && at < lines.length;) {
    const next = lines.findIndex(([, line], i) => i > at && starts(line));
    const fewer = [...lines.slice(0, at), ...lines.slice(next < 0 ? lines.length : next)];
    if (await same(fewer)) lines = fewer;
    else at = next < 0 ? lines.length : next;
  }
  for (let size = Math.ceil(lines.length / 2); kind !== 'equal' && size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < lines.length;) {
      const fewer = [...lines.slice(0, at), ...lines.slice(at + size)];
      if (await same(fewer)) lines = fewer;
      else at += size;
    }
  }
  print(files(lines));
  console.log((await outcome(lines)).why);
}

function print(files) {
  for (const [file, body] of Object.entries(files)) if (body.trim()) console.log(`// ${file}\n${body.trim()}\n`);
}

const [command, ...rest] = process.argv.slice(2);
const [binary, count = '500', seed = String(Date.now() % 1e9)] = rest;
if (command === 'compare' && binary) await compare(path.resolve(binary), Number(count), Number(seed));
else if (command === 'part') await part(binary, Number(rest[1]), Number(rest[2]));
else if (command === 'show' && rest.length) print(project(Number(rest[0])).files);
else if (command === 'shrink' && rest.length === 2) await shrink(path.resolve(binary), Number(rest[1]));
else {
  console.error('usage: projects.mjs compare BINARY [COUNT [SEED]] | show SEED | shrink BINARY SEED');
  process.exitCode = 2;
}
