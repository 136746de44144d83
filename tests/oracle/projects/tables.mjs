// pgTable and what is called like it.
import { actions, column } from './columns.mjs';
import { extras } from './extras.mjs';
import { camel, later } from './project.mjs';
import { access, literal, propertyKey, string } from './values.mjs';
import { KEYS, ODD_KEYS, ODD_TABLES, TABLES } from './words.mjs';

const imported = (name) => `«pg:${name}»`;

/** The keys of a table, most of them what people write. */
function keys(p) {
  const { random } = p;
  const count = 1 + random.below(random.chance(0.1) ? 14 : 7);
  const made = new Set();
  while (made.size < count) made.add(random.chance(p.habits.odd) ? random.of(ODD_KEYS) : random.of(KEYS));
  return [...made];
}

/** How the builders are reached inside of the columns: {call, open, close}. */
function reach(p) {
  const { random } = p;
  if (!random.chance(p.habits.callback)) return { call: imported };
  if (random.chance(0.3)) {
    const used = new Set();
    return { call: (name) => (name !== 'decimal' && used.add(name), `${name}_`), wrap: (body) => `({ ${[...used].map((name) => `${name}: ${name}_`).join(', ')} }) => (${body})` };
  }
  const name = random.of(['t', 'd', 'c']);
  const call = (builder) => `${name}.${builder}`;
  return random.chance(0.8)
    ? { call, wrap: (body) => `(${name}) => (${body})` }
    : { call, wrap: (body) => `(${name}) => {\n  const columns = ${body};\n  return columns;\n}` };
}

function idColumn(p, self, call) {
  const { random } = p;
  const name = random.chance(p.habits.nameless) ? '' : "'id'";
  const text = random.of([
    `${call('uuid')}(${name}).primaryKey().defaultRandom()`, `${call('serial')}(${name}).primaryKey()`, `${call('integer')}(${name}).primaryKey().generatedAlwaysAsIdentity()`,
    `${call('text')}(${name}).primaryKey().$defaultFn(() => «pkg:nanoid#nanoid»())`, `${call('uuid')}(${name}).default(«orm:sql»\`gen_random_uuid()\`).primaryKey()`, `${call('bigserial')}(${name ? `${name}, ` : ''}{ mode: 'number' }).primaryKey()`,
    `${call('varchar')}(${name ? `${name}, ` : ''}{ length: 36 }).notNull().primaryKey()`, `${call('integer')}(${name}).generatedByDefaultAsIdentity({ startWith: 1000 }).primaryKey()`,
  ]);
  return { key: 'id', text, category: text.includes('serial') || text.includes('integer') ? 'number' : 'string' };
}

/** The columns as the text of an object, and what is known of them in `self.columns`. */
function columnsOf(p, self, plain) {
  const { random } = p;
  const { call, wrap } = plain ? { call: imported } : reach(p);
  const lines = [];
  const add = (made) => {
    self.columns = self.columns.filter(({ key }) => key !== made.key).concat(made);
  };
  if (random.chance(0.85)) {
    const made = idColumn(p, self, call);
    lines.push(`${propertyKey(p, 'id')}: ${made.text}`);
    add(made);
  }
  for (const key of keys(p)) {
    if (p.columnSets.length && random.chance(0.08)) {
      const set = random.of(p.columnSets);
      lines.push(set.spread());
      set.columns.forEach(add);
    }
    if (self.columns.some((known) => known.key === key)) continue;
    const made = column(p, self, key, { call });
    if (random.chance(p.habits.computed / 3)) {
      const holds = random.chance(0.6);
      const inner = `{ ${propertyKey(p, key)}: ${made.text} }`;
      const test = holds ? random.of(['true', '1 + 1 === 2', "'x'"]) : random.of(['false', '0', "''", 'null', 'undefined']);
      lines.push(random.chance(0.5) ? `...(${test} ? ${inner} : {})` : `...(${test} && ${inner})`);
      if (holds) add(made);
    } else {
      lines.push(`${propertyKey(p, key)}: ${made.text}`);
      add(made);
    }
  }
  if (p.columnSets.length && random.chance(0.5)) {
    const set = random.of(p.columnSets);
    lines.push(set.spread());
    set.columns.forEach(add);
  }
  if (random.chance(p.habits.odd / 3)) lines.sort();
  const body = `{\n  ${lines.join(',\n  ')},\n}`;
  return wrap ? wrap(body) : body;
}

/** Declares one table. */
export function declareTable(p) {
  const { random } = p;
  const db = random.chance(p.habits.odd / 2) ? random.of(ODD_TABLES) : random.of(TABLES);
  const same = p.tables.some((other) => other.db === db);
  // With casing, drizzle-kit mixes up the columns of two tables of one name.
  const named = same && (p.casing || random.chance(0.97)) ? `${db}_${p.tables.length}` : db;
  const wish = camel(named.replace(/\W+/g, '_').replace(/^\d/, 't$&')) + random.of(['', '', 'Table']);
  const name = p.free(wish);
  const mark = `«${name}»`;
  p.taken.delete(name);
  const self = { mark, db: named, columns: [] };

  const schema = p.schemas.length && random.chance(0.25) ? random.of(p.schemas) : undefined;
  const maker = !schema && p.tableMakers.length && random.chance(0.5) ? random.of(p.tableMakers) : undefined;
  let columns = columnsOf(p, self, maker?.spreads);
  if (random.chance(p.habits.computed / 2) && !/«~/.test(columns) && columns.startsWith('{')) columns = p.declare(`${name}Columns`, { init: columns });
  let extra = extras(p, self);
  if (extra && random.chance(p.habits.computed / 3)) extra = p.declare(`${name}Extra`, { init: extra.startsWith('function') ? extra : extra.replace(/^\((\w+)\)/, '($1: any)') });
  const args = [tableName(p, named), columns, extra].filter(Boolean).join(', ');

  let init = schema ? `${schema.mark}.table(${args})` : maker ? maker.text(args) : `«pg:pgTable»(${args})`;
  if (random.chance(0.06)) init += '.enableRLS()';
  init = wrapped(p, init);

  const after = random.chance(0.02) ? [`${mark}.enableRLS();`] : [];
  self.hidden = random.chance(0.04);
  p.declare(name, { init, kind: 'schema', after, hidden: self.hidden });
  p.tables.push(self);
  return self;
}

function tableName(p, name) {
  const { random } = p;
  if (!random.chance(p.habits.computed / 2)) return string(p, name);
  return random.chance(0.5) ? `${p.tableNames ??= p.declare('TABLE_NAMES', { init: "{ prefix: 'x', of: (name: string) => name } as const" })}.of(${literal(p, name)})` : `\`\${${literal(p, name)}}\` as const`;
}

function wrapped(p, init) {
  if (!p.random.chance(p.habits.computed / 4)) return init;
  return p.random.of([`(${init})`, `(() => ${init})()`, `${init} as any`, `[${init}][0]`, `{ it: ${init} }.it`, `Object.assign(${init}, {})`].slice(0, 5));
}

/** A function that makes a table, and tables made by it. */
export function declareFactoryTables(p) {
  const { random } = p;
  const name = p.declare('makeTable', {
    text: (it) => `function ${it}<T extends Record<string, any>>(name: string, { columns, indexed = [], owner }: { columns: T; indexed?: (keyof T)[]; owner?: () => any }) {\n  return «pg:pgTable»(\n    name,\n    {\n      id: «pg:serial»('id').primaryKey(),\n      ...columns,\n      ...(owner ? { ownerId: «pg:integer»('owner_id').references(owner${random.chance(0.5) ? `, ${actions(p) ?? '{}'}` : ''}) } : {}),\n    },\n    (t: any) => indexed.map((key) => «pg:index»(\`\${name}_\${String(key)}_idx\`).on(t[key])),\n  );\n}`,
  });
  for (let i = 1 + random.below(2); i > 0; i--) {
    const db = `made_${p.tables.length}`;
    const wish = p.free(`made${p.tables.length}`);
    p.taken.delete(wish);
    const self = { mark: `«${wish}»`, db, columns: [] };
    const made = column(p, self, random.of(KEYS), { call: imported });
    self.columns = [{ key: 'id', category: 'number' }, made];
    const target = random.chance(0.5) && p.tables.length ? random.of(p.tables) : undefined;
    const owner = target ? `, owner: () => ${access(p, later(target.mark), random.of(target.columns)?.key ?? 'id')}` : '';
    if (target) self.columns.push({ key: 'ownerId', category: 'number' });
    const indexed = random.chance(0.6) ? `, indexed: [${literal(p, made.key)}]` : '';
    p.declare(wish, { init: `${name}(${literal(p, db)}, { columns: { ${propertyKey(p, made.key)}: ${made.text} }${indexed}${owner} })`, kind: 'schema' });
    p.tables.push(self);
  }
}
