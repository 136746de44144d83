#!/usr/bin/env node
// Runs drizzle-guard and the real drizzle-kit over the history of a repository, commit by commit, and
// says where they disagree.
//
//   node tests/real/commits.mjs --binary PATH --git BARE_REPOSITORY [options] PATH...
//
// Every first-parent commit C that touches one of the PATHs is compared with its parent:
// `drizzle-guard check` and `sql` with `--base C^ --head C`, against the statements drizzle-kit prints.
//
//   --drizzle-config FILE   where the schema is said to be (default drizzle.config.ts)
//   --schema ENTRY          say it here instead; repeatable
//   --casing CASING         with --schema
//   --package NAME@VERSION  a package that the schema really needs, e.g. zod; repeatable. Every other
//                           package that is not there is a placeholder that does nothing.
//   --range RANGE           which commits (default HEAD)
//   --limit N               only the newest N
//   --show N                print at most N differences in full (default 20)
//   --json FILE             write every outcome there
//
// The oracle RUNS the schema files of that repository (without files, network and processes of Node's
// own modules): use it on repositories you would run anyway.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { packages } from '../oracle/packages.mjs';

const { values: options, positionals: paths } = parseArgs({
  allowPositionals: true,
  options: {
    binary: { type: 'string' }, git: { type: 'string' }, casing: { type: 'string' },
    'drizzle-config': { type: 'string' }, schema: { type: 'string', multiple: true, default: [] },
    package: { type: 'string', multiple: true, default: [] },
    range: { type: 'string', default: 'HEAD' }, limit: { type: 'string' }, show: { type: 'string', default: '20' },
    json: { type: 'string' },
  },
});
if (!options.binary || !options.git || paths.length === 0) {
  console.error('usage: commits.mjs --binary PATH --git BARE_REPOSITORY [options] PATH...');
  process.exit(2);
}

packages(Object.fromEntries(options.package.map((text) => [text.slice(0, text.lastIndexOf('@')), text.slice(text.lastIndexOf('@') + 1)])));
const { EMPTY, config, snapshot, statements } = await import('../oracle/kit.mjs');

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'drizzle-guard-commits-'));
process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }));
const tree = path.join(scratch, 'tree');
fs.mkdirSync(tree);
// A config may insist on a database; nobody connects to this one.
process.env.DATABASE_URL ??= 'postgres://nobody@localhost:1/nothing';

const git = (args, input) =>
  execFileSync('git', ['--git-dir', options.git, ...args], { input, maxBuffer: 1 << 30, stdio: ['pipe', 'pipe', 'pipe'] });

/** What is in the tree folder now: path → blob id. */
let present = new Map();

/** Makes the tree folder hold the source files of a commit. Blobs that are missing from the clone stay away. */
function checkout(commit) {
  const wanted = new Map();
  for (const entry of git(['ls-tree', '-r', '-z', commit]).toString().split('\0')) {
    const [, mode, id, name] = /^(\d+) blob (\w+)\t(.*)$/s.exec(entry) ?? [];
    if (mode?.startsWith('100') && /\.([mc]?[jt]sx?|json)$/.test(name) && !/(^|\/)package-lock\.json$/.test(name)) wanted.set(name, id);
  }
  for (const name of present.keys()) if (!wanted.has(name)) fs.rmSync(path.join(tree, name), { force: true });
  const fresh = [...wanted].filter(([name, id]) => present.get(name) !== id);
  const blobs = git(['cat-file', '--batch'], fresh.map(([, id]) => `${id}\n`).join(''));
  let at = 0;
  for (const [name] of fresh) {
    const end = blobs.indexOf(10, at);
    const [, kind, size] = blobs.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (kind !== 'blob') continue;
    fs.mkdirSync(path.dirname(path.join(tree, name)), { recursive: true });
    fs.writeFileSync(path.join(tree, name), blobs.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
  present = wanted;
}

const before = new Map();
/** drizzle-kit's snapshot of a commit: {snapshot} or {error}. */
async function oracle(commit) {
  if (!before.has(commit)) before.set(commit, evaluate(commit));
  return before.get(commit);
}

async function evaluate(commit) {
  checkout(commit);
  try {
    let { schema, casing } = options;
    if (schema.length === 0) {
      const file = path.join(tree, options['drizzle-config'] ?? 'drizzle.config.ts');
      if (!fs.existsSync(file)) return { error: 'no drizzle config' };
      ({ schema, casing } = await config(file));
    }
    const { snapshot: made, stoodIn } = await snapshot(schema, tree, { casing, placeholders: true });
    return { snapshot: made, stoodIn };
  } catch (error) {
    return { error: error.message };
  }
}

/** Runs the binary; {status, json, stderr, ms}. */
function guard(command, base, head) {
  const schema = options.schema.flatMap((entry) => ['--schema', entry]);
  if (options.casing) schema.push('--casing', options.casing);
  if (options['drizzle-config']) schema.push('--drizzle-config', options['drizzle-config']);
  const args = ['-C', options.git, command, '--base', base, '--head', head, '--format', 'json', ...schema];
  const started = process.hrtime.bigint();
  const run = spawnSync(path.resolve(options.binary), args, { encoding: 'utf8', maxBuffer: 1 << 28, timeout: 120_000 });
  const ms = Number(process.hrtime.bigint() - started) / 1e6;
  let json;
  try {
    json = JSON.parse(run.stdout);
  } catch {
    // What is no JSON is judged by its exit code.
  }
  return { status: run.status, signal: run.signal, json, stderr: run.stderr?.trim() ?? '', ms };
}

async function compare(commit) {
  const base = `${commit}^`;
  const [check, sql] = [guard('check', base, commit), guard('sql', base, commit)];
  const outcome = { commit, check: check.status, verdict: check.json?.verdict, ms: check.ms };
  const broken = [check, sql].find((run) => run.signal || ![0, 1, 2, 3].includes(run.status));
  if (broken) return { ...outcome, result: 'crash', detail: broken.signal ?? broken.stderr };
  if (check.status === 2 || sql.status === 2) return { ...outcome, result: 'usage', detail: check.stderr || sql.stderr };

  const parent = git(['rev-parse', base]).toString().trim();
  const [from, to] = [await oracle(parent), await oracle(commit)];
  let expected, error;
  if (to.error) {
    error = to.error;
  } else {
    // Where the base does not evaluate, drizzle-guard takes an ancestor that does: not comparable.
    if (from.error && from.error !== 'no drizzle config') return { ...outcome, result: 'base refused', detail: from.error };
    try {
      expected = (await statements(from.error ? EMPTY : from.snapshot, to.snapshot)).sql;
    } catch (thrown) {
      error = thrown.message;
    }
  }
  const unresolved = check.json?.unresolved ?? [];
  const refused = check.status === 3 || sql.status === 3;
  if (error) return { ...outcome, result: refused ? 'both refuse' : 'only drizzle-kit refuses', detail: error };
  const why = unresolved.map((place) => `${place.file}:${place.line}:${place.column} ${place.why}`).join('\n');
  if (refused) return { ...outcome, result: 'unresolved', detail: why || check.stderr || sql.stderr, expected };
  const actual = sql.json?.statements;
  if (JSON.stringify(actual) === JSON.stringify(expected)) {
    const told = JSON.stringify(check.json?.statements) === JSON.stringify(expected);
    // What is unknown in the same way on both sides changes nothing.
    const result = unresolved.length ? 'equal beside unknown' : 'equal';
    return told ? { ...outcome, result, statements: expected.length } : { ...outcome, result: 'check and sql disagree' };
  }
  if (unresolved.length) return { ...outcome, result: 'unresolved', detail: why, expected, actual };
  return { ...outcome, result: 'different', expected, actual };
}

/** The statements only one side has, or that their order is not the same. */
function difference({ expected = [], actual = [] }) {
  const only = (a, b, mark) => a.filter((statement) => !b.includes(statement)).map((statement) => `  ${mark} ${statement.trim()}`);
  const lines = [...only(expected, actual, 'drizzle-kit  '), ...only(actual, expected, 'drizzle-guard')];
  return lines.length ? lines : ['  the same statements in another order or number'];
}

const limit = options.limit ? ['-n', options.limit] : [];
const commits = git(['log', '--first-parent', '--format=%H %P', ...limit, options.range, '--', ...paths])
  .toString().trim().split('\n').map((line) => line.split(' ')).filter(([, parent]) => parent).map(([commit]) => commit);

const outcomes = [];
for (const commit of commits.reverse()) {
  outcomes.push(await compare(commit));
  if (process.stderr.isTTY) process.stderr.write(`\r${outcomes.length}/${commits.length}`);
}
if (options.json) fs.writeFileSync(options.json, `${JSON.stringify(outcomes, null, 1)}\n`);

let shown = 0;
for (const outcome of outcomes) {
  if (['equal', 'equal beside unknown', 'both refuse', 'base refused'].includes(outcome.result) || shown++ >= Number(options.show)) continue;
  console.log(`${outcome.commit.slice(0, 10)} ${outcome.result}`);
  const detail = outcome.result === 'different' ? difference(outcome) : (outcome.detail ?? '').split('\n').map((line) => `  ${line}`);
  console.log(detail.slice(0, 12).join('\n'));
}
const count = (key) => {
  const counts = new Map();
  for (const outcome of outcomes) counts.set(outcome[key], (counts.get(outcome[key]) ?? 0) + 1);
  return [...counts].map(([name, n]) => `${name ?? 'none'} ${n}`).join(', ');
};
const times = outcomes.map((outcome) => outcome.ms).sort((a, b) => a - b);
const at = (share) => (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(0);
console.log(`${outcomes.length} commits: ${count('result')}`);
console.log(`with statements: ${outcomes.filter((outcome) => outcome.statements > 0).length}; verdicts: ${count('verdict')}; check: median ${at(0.5)} ms, slowest ${at(1)} ms`);
process.exitCode = outcomes.every((outcome) => ['equal', 'equal beside unknown', 'both refuse', 'base refused', 'unresolved'].includes(outcome.result)) ? 0 : 1;
