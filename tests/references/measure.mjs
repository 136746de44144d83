#!/usr/bin/env node
// Precision and recall of drizzle-guard's references, file by file, against the TypeScript compiler and a
// list that was read by hand.
//
//   node tests/references/measure.mjs --binary PATH --git REPOSITORY --name OWNER/NAME [options]
//
//   --revision REV    which commit (default HEAD)
//   --columns N       how many columns are drawn (default 20)
//   --tables N        how many tables are drawn (default 5)
//   --seed N          of the draw (default 1)
//   --schema PREFIX   draw only from the files below
//   --target T[.KEY]  these tables and columns instead, by their names in the code; repeatable
//   --part I/N        only every Nth of them, from the Ith: several runs share their compiler's errors
//   --review          print what has to be read by hand: the lines with the word where no error is
//   --show            print every file that is missed or wrong
//   --all             also look for errors in files that do not contain the word
//
// For every column and table: it is taken out of the schema in memory, with the keys made of it; the new
// errors of the compiler are collected in every file that contains its key or its name; and what no
// compiler sees (SQL text, untyped inserts) comes from reviewed/OWNER+NAME.json. The same schema is
// committed in a scratch clone, and `drizzle-guard check --format json` is asked for its references.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Compiler } from './compiler.mjs';
import { SKIPPED, TEXT, committed, guard, isSchema, isTest, project, run } from './project.mjs';
import { tables, withoutColumn, withoutTable } from './schema.mjs';

const { values: options } = parseArgs({
  options: {
    binary: { type: 'string' }, git: { type: 'string' }, name: { type: 'string' },
    revision: { type: 'string', default: 'HEAD' }, columns: { type: 'string', default: '20' },
    tables: { type: 'string', default: '5' }, seed: { type: 'string', default: '1' },
    target: { type: 'string', multiple: true, default: [] }, schema: { type: 'string', default: '' }, part: { type: 'string', default: '1/1' },
    review: { type: 'boolean' }, show: { type: 'boolean' }, all: { type: 'boolean' },
  },
});
if (!options.git || !options.name || (!options.binary && !options.review)) {
  console.error('usage: measure.mjs --binary PATH --git REPOSITORY --name OWNER/NAME [options]');
  process.exit(2);
}

/** Words in more files than this cannot be read by hand. */
const MOST_FILES = 60;

const at = project(options.name, options.git, options.revision);
const { ts, tree, git } = at;
const listed = run('git', ['-C', git, 'ls-tree', '-r', '--name-only', at.commit]).split('\n');
const files = listed.filter((file) => TEXT.test(file) && !SKIPPED.test(file) && !/(package-lock|tsconfig[^/]*)\.json$|\.(min|bundle)\./.test(file) && fs.existsSync(path.join(tree, file)));
const texts = new Map(files.map((file) => [file, fs.readFileSync(path.join(tree, file), 'utf8')]).filter(([, text]) => text.length <= 1 << 20));
const schema = files.filter((file) => isSchema(file, texts.get(file)));
const known = tables(ts, tree, schema);

/** The files that contain one of some words, not counting the schema. */
function containing(words) {
  const word = new RegExp(`(?<![\\w$])(${[...new Set(words)].map((it) => it.replace(/[$]/g, '\\$&')).join('|')})(?![\\w$])`);
  return files.filter((file) => !schema.includes(file) && word.test(texts.get(file) ?? ''));
}

const words = (target) => (target.key ? [target.key, target.column] : [target.table.export, target.table.name]);
const label = (target) => target.table.export + (target.key ? `.${target.key}` : '');

function draw() {
  // Mulberry32: the same seed draws the same targets everywhere.
  let state = Number(options.seed);
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const judged = new Set(Object.values(JSON.parse(guard(at, options.binary, ['snapshot', at.commit])).tables).map((it) => it.name));
  const pick = (pool, count) => {
    const drawn = [];
    while (drawn.length < count && pool.length) {
      const target = pool.splice(Math.floor(random() * pool.length), 1)[0];
      const found = containing(words(target)).filter((file) => !isTest(file)).length;
      if (found > 0 && found <= MOST_FILES) drawn.push(target);
    }
    return drawn;
  };
  const mine = known.filter((it) => judged.has(it.name) && it.file.startsWith(options.schema));
  const columns = mine.flatMap((table) => table.columns.map(({ key, name }) => ({ table, key, column: name })));
  return [...pick(columns, Number(options.columns)), ...pick(mine.map((table) => ({ table })), Number(options.tables))];
}

function named(text) {
  const [name, key] = text.split('.');
  const table = known.find((it) => it.export === name);
  if (!table) throw new Error(`no table ${name}`);
  return key ? { table, key, column: table.columns.find((it) => it.key === key)?.name ?? key } : { table };
}

/** drizzle-guard's references to a target in a commit: file → the surest tier. */
function reported(target, commit) {
  const report = JSON.parse(guard(at, options.binary, ['check', '--format', 'json', '--base', at.commit, '--head', commit]));
  // With `casing` the database's name is made of the key.
  const names = [target.column, target.key?.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
  const mine = report.changes.find(({ kind, object }) =>
    target.key ? kind === 'drop_column' && names.includes(object.name) && object.table === target.table.name : kind === 'drop_table' && (object.table ?? object.name) === target.table.name);
  if (!mine) throw new Error(`no change for ${label(target)}: ${report.changes.map((it) => it.kind)} ${JSON.stringify(report.unresolved.slice(0, 3))}`);
  const found = new Map();
  const order = ['possible', 'likely', 'certain'];
  for (const { file, tier } of mine.references ?? []) if (!schema.includes(file) && order.indexOf(tier) > order.indexOf(found.get(file))) found.set(file, tier);
  return found;
}

const list = path.join(import.meta.dirname, 'reviewed', `${options.name.replace('/', '+')}.json`);
const reviewed = fs.existsSync(list) ? JSON.parse(fs.readFileSync(list, 'utf8')) : {};
const cache = path.join(at.folder, `errors-${at.commit.slice(0, 12)}.json`);
const remembered = fs.existsSync(cache) ? JSON.parse(fs.readFileSync(cache, 'utf8')) : {};
/** Another run may have written since. */
function remember() {
  const others = fs.existsSync(cache) ? JSON.parse(fs.readFileSync(cache, 'utf8')) : {};
  fs.writeFileSync(cache, JSON.stringify(Object.assign(remembered, { ...others, ...remembered })));
}
const compiler = new Compiler(ts, tree);

const [part, parts] = options.part.split('/').map(Number);
const targets = (options.target.length ? options.target.map(named) : draw()).filter((_, i) => i % parts === part - 1);
const total = { program: {}, tests: {} };
let unread = 0;
for (const target of targets) {
  const name = label(target);
  const edits = target.key ? withoutColumn(ts, tree, schema, target.table, target.key) : withoutTable(ts, tree, schema, target.table);
  const candidates = containing(words(target));
  if (!target.key) {
    // Its row types go with it.
    const types = (texts.get(target.table.file).match(new RegExp(`\\b(type|const)\\s+(\\w+)\\s*=\\s*(typeof\\s+${target.table.export}\\b|InferSelectModel<|InferInsertModel<|create\\w+Schema\\(\\s*${target.table.export}\\b)`, 'g')) ?? []).map((it) => it.split(/\s+/)[1]);
    for (const file of containing(types.length ? types : ['\u0000'])) if (!candidates.includes(file)) candidates.push(file);
  }
  const code = (options.all ? files.filter((file) => !schema.includes(file)) : candidates).filter((file) => /\.[mc]?tsx?$/.test(file));
  const errors = new Map(Object.entries((remembered[name + (options.all ? ' all' : '')] ??= Object.fromEntries(compiler.added(code, edits)))));
  remember();
  const outside = [...errors.keys()].filter((file) => !candidates.includes(file));
  const byHand = reviewed[name];
  if (!byHand) unread += 1;
  const truth = new Set([...errors.keys(), ...Object.keys(byHand?.uses ?? {})]);
  for (const file of outside) truth.delete(file);

  if (options.review) {
    const word = new RegExp(`(?<![\\w$])(${words(target).join('|')})(?![\\w$])`);
    console.log(`\n##### ${name} (${words(target).join(', ')}) in ${target.table.file}; compiler: ${[...errors.keys()].filter((it) => !isTest(it)).length} files${outside.length ? `, ${outside.length} without the word` : ''}`);
    for (const file of candidates.filter((it) => !truth.has(it) && !isTest(it))) {
      const lines = texts.get(file).split('\n');
      const hits = lines.map((line, i) => [i + 1, line.trim().slice(0, 150)]).filter(([, line]) => word.test(line));
      console.log(`== ${file} (${hits.length})`);
      for (const [line, text] of hits.slice(0, 4)) console.log(`   ${line}: ${text}`);
    }
    continue;
  }

  const found = reported(target, committed(at, edits));
  const line = [];
  for (const side of ['program', 'tests']) {
    const here = (file) => isTest(file) === (side === 'tests');
    const real = [...truth].filter(here);
    const said = [...found].filter(([file]) => here(file));
    const sum = total[side];
    for (const [tier, tiers] of [['certain', ['certain']], ['likely', ['certain', 'likely']], ['possible', ['certain', 'likely', 'possible']]]) {
      const mine = said.filter(([, it]) => tiers.includes(it)).map(([file]) => file);
      const right = mine.filter((file) => truth.has(file)).length;
      const it = (sum[tier] ??= { right: 0, said: 0, real: 0 });
      it.right += right;
      it.said += mine.length;
      it.real += real.length;
      if (side === 'program') line.push(`${tier} ${right}/${mine.length}`);
    }
    if (side === 'program') {
      line.unshift(`${name}: ${real.length} true`);
      if (options.show) {
        for (const [file, tier] of said) if (tier !== 'possible' && !truth.has(file)) line.push(`\n    wrong   ${tier} ${file}`);
        for (const file of real) if (!['certain', 'likely'].includes(found.get(file))) line.push(`\n    ${found.has(file) ? 'only possible' : 'MISSED'} ${file}: ${(errors.get(file) ?? [byHand?.uses?.[file]])[0]?.slice(0, 160)}`);
      }
    }
  }
  console.log(line.join('  ') + (outside.length ? `  (+${outside.length} files with errors and without the word)` : ''));
}

if (!options.review) {
  const percent = (part, whole) => (whole ? `${((100 * part) / whole).toFixed(1)} %` : '-');
  for (const side of ['program', 'tests']) {
    console.log(`\n${side}: ${total[side].possible.real} files with real uses`);
    for (const [tier, text] of [['certain', 'certain'], ['likely', 'certain and likely'], ['possible', 'all three']]) {
      const { right, said, real } = total[side][tier];
      console.log(`  ${text.padEnd(20)} precision ${percent(right, said).padStart(7)} (${right}/${said})   recall ${percent(right, real).padStart(7)} (${right}/${real})`);
    }
  }
  if (unread) console.log(`\n${unread} of ${targets.length} targets have not been read by hand: what no compiler sees is missing there.`);
}
