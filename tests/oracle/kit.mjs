// The published drizzle-kit, asked from a program: the snapshot of schema files, and the statements
// between two snapshots. None of its logic is changed; its internals are only made reachable, and its
// rename prompts are answered from stated renames.
import fs from 'node:fs';
import Module from 'node:module';
import path from 'node:path';
import util from 'node:util';
import { Modules } from './modules.mjs';
import { packages } from './packages.mjs';

const NIL = '00000000-0000-0000-0000-000000000000';

/** The snapshot of no schema at all, as drizzle-kit starts from. */
export const EMPTY = Object.freeze({
  id: NIL, prevId: '', version: '7', dialect: 'postgresql',
  tables: {}, enums: {}, schemas: {}, sequences: {}, roles: {}, policies: {}, views: {},
  _meta: { columns: {}, schemas: {}, tables: {} },
});

const require = packages();
const kit = internals();

/** Compiles drizzle-kit's bundle with one line added that hands out the functions we call. */
function internals() {
  const file = require.resolve('drizzle-kit/api');
  const reach = 'applyPgSnapshotsDiff, squashPgScheme, pgSchema, generatePgSnapshot, prepareFromExports';
  const bundle = `${fs.readFileSync(file, 'utf8')}\ninit_snapshotsDiffer(); init_migrate(); module.exports.reach = { ${reach} };\n`;
  const module = new Module(file);
  module.filename = file;
  module.paths = Module._nodeModulePaths(path.dirname(file));
  module._compile(bundle, file);
  return module.exports.reach;
}

/** Runs `work` with the console caught, and with `process.exit` (drizzle-kit's way to fail) as an error. */
async function caught(work) {
  const said = [];
  const names = ['log', 'info', 'warn', 'error'];
  const console_ = names.map((name) => console[name]);
  const exit = process.exit;
  for (const name of names) console[name] = (...words) => said.push(util.format(...words));
  const words = () => util.stripVTControlCharacters(said.join(' ')).replace(/\s+/g, ' ').trim();
  process.exit = () => {
    throw new Error(words() || 'drizzle-kit exited without a word');
  };
  try {
    return { value: await work(), warnings: words() };
  } finally {
    names.forEach((name, i) => (console[name] = console_[i]));
    process.exit = exit;
  }
}

/** What a drizzle config exports: {schema, casing, …}. It is run, as drizzle-kit runs it. */
export async function config(file) {
  const { value } = await caught(() => new Modules(require, { placeholders: true }).load(file));
  return value.default ?? value;
}

/** drizzle-kit's own way from `schema` entries to files: glob, then a folder's files, one level deep. */
export function schemaFiles(entries, root) {
  const found = new Set();
  for (const entry of [entries].flat()) {
    for (const match of require('glob').sync(path.resolve(root, entry))) {
      const names = fs.lstatSync(match).isDirectory() ? fs.readdirSync(match).map((name) => path.join(match, name)) : [match];
      for (const name of names) if (!fs.lstatSync(name).isDirectory()) found.add(path.resolve(name));
    }
  }
  return [...found];
}

/**
 * The snapshot of the schema at `entries` (files, folders, globs, relative to `root`).
 * Throws what drizzle-kit throws, in one line and without the machine's paths.
 */
export async function snapshot(entries, root, { casing, placeholders, files } = {}) {
  files ??= schemaFiles(entries, root);
  if (files.length === 0) throw new Error(`No schema files found for path config [${[entries].flat().join(', ')}]`);
  const modules = new Modules(require, { placeholders });
  try {
    const { value, warnings } = await caught(() => {
      const kinds = ['tables', 'enums', 'schemas', 'sequences', 'roles', 'policies', 'views', 'matViews'];
      const all = Object.fromEntries(kinds.map((kind) => [kind, []]));
      for (const file of files) {
        const exported = kit.prepareFromExports(modules.load(file));
        for (const kind of kinds) all[kind].push(...exported[kind]);
      }
      all.tables = [...new Set(all.tables)];
      const made = kit.generatePgSnapshot(...kinds.map((kind) => all[kind]), casing, undefined);
      // What drizzle-kit would do with it next: a snapshot its own reader refuses is an error, too.
      kit.pgSchema.parse({ id: NIL, prevId: NIL, ...made });
      return made;
    });
    return { snapshot: plain({ id: NIL, prevId: NIL, ...value }), warnings, stoodIn: [...modules.stoodIn] };
  } catch (error) {
    throw new Error(firstWords(error, root));
  }
}

/** As `JSON.stringify` writes it into a file. */
const plain = (value) => JSON.parse(JSON.stringify(value));

function firstWords(error, root) {
  const issues = error?.issues?.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  const message = issues ?? (error?.message || String(error));
  return message.replaceAll(`${root}${path.sep}`, '').replace(/\s+/g, ' ').trim();
}

/** `table:public.a=public.b`, `column:public.t.a=b`, `enum|sequence|view:…`, `schema|role:a=b`, `policy:public.t.a=b`. */
function parseRename(text) {
  const [, kind, from, to] = /^(\w+):(.+)=(.+)$/.exec(text) ?? [];
  if (!kind) throw new Error(`\`${text}\` is not a rename`);
  if (kind === 'schema' || kind === 'role') return { text, kind, from, to };
  if (kind === 'column' || kind === 'policy') {
    const at = from.lastIndexOf('.') + 1;
    const table = from.slice(0, at).includes('.') && from.split('.').length > 2 ? from.slice(0, at) : `public.${from.slice(0, at)}`;
    return { text, kind, from: table + from.slice(at), to: table + to.slice(to.lastIndexOf('.') + 1) };
  }
  const qualified = (name) => (name.includes('.') ? name : `public.${name}`);
  return { text, kind, from: qualified(from), to: qualified(to) };
}

/** Answers drizzle-kit's question "is this created object one of the deleted ones, renamed?". */
function answer(renames, kind, identify) {
  const stated = renames.filter((rename) => rename.kind === kind);
  return async (question) => {
    const reply = { ...question, created: [], renamed: [], moved: [], deleted: [...question.deleted] };
    for (const to of question.created) {
      const rename = stated.find((r) => r.to === identify(to, question));
      const from = rename && reply.deleted.find((item) => identify(item, question) === rename.from);
      if (!from) {
        reply.created.push(to);
        continue;
      }
      rename.used = true;
      reply.deleted.splice(reply.deleted.indexOf(from), 1);
      const movable = kind === 'table' || kind === 'enum' || kind === 'sequence' || kind === 'view';
      if (!movable || from.name !== to.name) reply.renamed.push({ from, to });
      const [schemaFrom, schemaTo] = [from.schema || 'public', to.schema || 'public'];
      if (movable && schemaFrom !== schemaTo) reply.moved.push({ name: from.name, schemaFrom, schemaTo });
    }
    return reply;
  };
}

/**
 * What `drizzle-kit generate` prints between two snapshots, statement by statement; with `push`, what
 * `drizzle-kit push` would. With `idle`, renames may rename nothing.
 */
export async function statements(before, after, renames = [], { push = false, idle = false } = {}) {
  const action = push ? 'push' : undefined;
  const stated = renames.map(parseRename);
  const named = (item) => `${item.schema || 'public'}.${item.name}`;
  const ofTable = (item, question) => `${question.schema || 'public'}.${question.tableName}.${item.name}`;
  const bare = (item) => item.name;
  const ask = (kind, identify) => answer(stated, kind, identify);
  try {
    const { value } = await caught(() => {
      const [from, to] = [kit.pgSchema.parse(before), kit.pgSchema.parse(after)];
      return kit.applyPgSnapshotsDiff(
        kit.squashPgScheme(from, action), kit.squashPgScheme(to, action),
        ask('schema', bare), ask('enum', named), ask('sequence', named), ask('policy', ofTable),
        ask('linked policy', bare), ask('role', bare), ask('table', named), ask('column', ofTable), ask('view', named),
        from, to, action,
      );
    });
    const unused = stated.filter((rename) => !rename.used).map((rename) => rename.text);
    if (unused.length && !idle) throw new Error(`renames that rename nothing: ${unused.join(', ')}`);
    return { sql: value.sqlStatements, kinds: value.statements.map((statement) => statement.type) };
  } catch (error) {
    throw new Error(firstWords(error, ''));
  }
}

/** Names of the packages the answers come from. */
export const versions = Object.fromEntries(
  ['drizzle-kit', 'drizzle-orm'].map((name) => {
    const file = path.join(path.dirname(require.resolve('drizzle-kit/api')), '..', name, 'package.json');
    return [name, JSON.parse(fs.readFileSync(file, 'utf8')).version];
  }),
);
