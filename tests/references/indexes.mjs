#!/usr/bin/env node
// Which queries lose an index: what `drizzle-guard check` says when it is taken out of the schema.
//
//   node tests/references/indexes.mjs --binary PATH --git REPOSITORY --name OWNER/NAME INDEX...
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SKIPPED, committed, guard, isSchema, project, run } from './project.mjs';
import { withoutIndex } from './schema.mjs';

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { binary: { type: 'string' }, git: { type: 'string' }, name: { type: 'string' } },
});
if (!options.binary || !options.git || !options.name || names.length === 0) {
  console.error('usage: indexes.mjs --binary PATH --git REPOSITORY --name OWNER/NAME INDEX...');
  process.exit(2);
}

const at = project(options.name, options.git);
const listed = run('git', ['-C', at.git, 'ls-tree', '-r', '--name-only', at.commit]).split('\n');
const here = (file) => fs.existsSync(path.join(at.tree, file)) && fs.readFileSync(path.join(at.tree, file), 'utf8');
const schema = listed.filter((file) => !SKIPPED.test(file) && /\.ts$/.test(file) && isSchema(file, here(file) || ''));
const rules = ['index.drop.critical_query', 'index.drop.fk_support', 'unique.on_conflict'];
for (const name of names) {
  const commit = committed(at, withoutIndex(at.ts, at.tree, schema, name));
  const report = JSON.parse(guard(at, options.binary, ['check', '--format', 'json', '--base', at.commit, '--head', commit]));
  for (const change of report.changes) {
    const queries = change.references.filter(({ via }) => via === 'query' || via === 'conflict');
    console.log(`\n${change.kind} ${change.object.table}.${change.object.name}: ${change.severity}, ${queries.length} queries, conflicts and tests lose it`);
    for (const { file, line, column, via, is_test, text } of queries) console.log(`  ${via}${is_test ? ' (test)' : ''} ${file}:${line}:${column} ${text}`);
    for (const { rule, message, evidence } of change.hazards.filter((it) => rules.includes(it.rule))) {
      console.log(`  ${rule}: ${message}`);
      for (const it of evidence) console.log(`    ${it}`);
    }
  }
}
