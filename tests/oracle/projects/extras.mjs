// The third argument of pgTable: indexes, keys, constraints, policies.
import { actions } from './columns.mjs';
import { condition, constantSql, expression } from './expressions.mjs';
import { later, snake } from './project.mjs';
import { access, array, boolean, literal, string } from './values.mjs';

const clean = (name) => snake(name).replace(/\W+/g, '_');

/** Columns as they are read through the callback's argument, or through destructured names. */
function readable(p, self, t) {
  return self.columns.map((column) => ({ ...column, text: t(column.key) }));
}

function indexEntry(p, column, columns, sqlAllowed) {
  const { random } = p;
  if (sqlAllowed && random.chance(0.2)) return random.chance(0.1) ? `«orm:${random.of(['asc', 'desc'])}»(${column.text})` : expression(p, columns);
  let { text } = column;
  const calls = [];
  if (random.chance(0.25)) calls.push(`.${random.of(['asc', 'desc', 'desc'])}()`);
  if (random.chance(0.15)) calls.push(`.${random.of(['nullsFirst', 'nullsLast'])}()`);
  if (column.vector || random.chance(0.08)) calls.push(`.op(${literal(p, column.vector ? random.of(['vector_l2_ops', 'vector_cosine_ops']) : random.of(['text_pattern_ops', 'gin_trgm_ops', 'int4_ops']))})`);
  if (random.chance(0.2)) calls.reverse();
  return text + calls.join('');
}

function index(p, self, columns) {
  const { random } = p;
  const kind = `«pg:${random.chance(0.3) ? 'uniqueIndex' : 'index'}»`;
  const named = random.chance(0.8);
  const chosen = random.some(columns, 3);
  const name = `${clean(self.db)}_${clean(chosen[0].key) || 'x'}_idx${random.below(50)}`;
  const entries = chosen.map((column) => indexEntry(p, column, columns, named));
  const spread = random.chance(p.habits.computed / 2) ? `...[${entries.join(', ')}] as const` : entries.join(', ');
  let text = `${kind}(${named ? computedName(p, self, name) : random.of(['', '', "''", 'undefined'])})`;
  const way = random.below(12);
  if (way === 0) text += `.onOnly(${spread})`;
  else if (way <= 2) text += `.using(${string(p, random.of(['gin', 'gist', 'hash', 'brin', 'btree', 'hnsw']))}, ${spread})`;
  else text += `.on(${spread})`;
  const calls = [];
  if (random.chance(0.25)) calls.push(`.where(${condition(p, columns)})`);
  if (random.chance(0.08)) calls.push(`.with(${random.of(['{ fillfactor: 70 }', "{ fastupdate: false, m: 16 }", '{}', "{ 'ef_construction': '64' }", '{ pages_per_range: 2 ** 5 }'])})`);
  if (random.chance(0.08)) calls.push('.concurrently()');
  return text + (random.chance(0.3) ? calls.reverse() : calls).join('');
}

/** A name, or the way to compute it from the table's. */
function computedName(p, self, name) {
  if (!p.random.chance(p.habits.computed) || !self.mark) return string(p, name);
  const rest = literal(p, name.slice(0, 3) + p.random.below(1000));
  return `\`\${«orm:getTableName»(${self.mark})}_\${${rest}}\``;
}

function uniqueConstraint(p, self, columns) {
  const { random } = p;
  const chosen = random.some(columns, 3).map(({ text }) => text);
  const name = random.chance(0.5) ? string(p, `${clean(self.db)}_u${random.below(1000)}`) : '';
  return `«pg:unique»(${name}).on(${chosen.join(', ')})${random.chance(0.2) ? '.nullsNotDistinct()' : ''}`;
}

function primaryKey(p, self, columns) {
  const { random } = p;
  const chosen = random.some(columns, 3).map(({ text }) => text);
  if (random.chance(0.2)) return `«pg:primaryKey»(${chosen.join(', ')})`;
  const members = [`columns: ${array(p, chosen, { local: true })}`];
  if (random.chance(0.4)) members.unshift(`name: ${string(p, `${clean(self.db)}_key`)}`);
  return `«pg:primaryKey»({ ${members.join(', ')} })`;
}

function foreignKey(p, self, columns) {
  const { random } = p;
  const target = random.chance(0.3) || !p.tables.length ? self : random.of(p.tables);
  if (!target.columns.length) return check(p, self, columns);
  const size = Math.min(columns.length, target.columns.length, 1 + random.below(2));
  const from = random.some(columns).concat(columns).slice(0, size).map(({ text }) => text);
  const to = random.some(target.columns).concat(target.columns).slice(0, size);
  const read = target === self && random.chance(0.4) ? ({ key }) => columns.find((column) => column.key === key).text : ({ key }) => access(p, target.mark, key);
  const members = [`columns: ${array(p, from, { local: true })}`, `foreignColumns: [${to.map(read).join(', ')}]`];
  if (random.chance(0.5)) members.push(`name: ${string(p, `${clean(self.db)}_fk${random.below(1000)}`)}`);
  let text = `«pg:foreignKey»({ ${members.join(', ')} })`;
  const given = actions(p);
  for (const [, key, value] of given?.startsWith('{') ? given.matchAll(/(onDelete|onUpdate): ('[^']*'|"[^"]*")/g) : []) text += `.${key}(${value})`;
  return text;
}

function check(p, self, columns) {
  const { random } = p;
  const read = random.chance(0.15) && self.mark ? self.columns.map((column) => ({ ...column, text: access(p, self.mark, column.key) })) : columns;
  const made = condition(p, read, { values: random.chance(0.3) });
  return `«pg:check»(${string(p, `${clean(self.db)}_check${random.below(10000)}`)}, ${made})`;
}

/** The options of a policy. */
export function policyOptions(p, columns) {
  const { random } = p;
  const members = [];
  if (random.chance(0.5)) members.push(`as: ${literal(p, random.of(['permissive', 'restrictive']))}`);
  if (random.chance(0.7)) members.push(`for: ${literal(p, random.of(['all', 'select', 'insert', 'update', 'delete']))}`);
  const role = () => {
    const known = p.roles.length && random.chance(0.6) ? random.of(p.roles) : undefined;
    return known ?? random.of(["'public'", "'current_user'", "'authenticated'", "'session_user'", '«supabase:authenticatedRole»', '«supabase:anonRole»', "'service_role'"]);
  };
  if (random.chance(0.6)) members.push(`to: ${random.chance(0.3) ? `[${Array.from({ length: 1 + random.below(3) }, role).join(', ')}]` : role()}`);
  const rule = () => (columns.length && random.chance(0.5) ? condition(p, columns, { values: random.chance(0.3) }) : random.chance(0.2) ? template(p) : constantSql(p, random.of(['true', 'false', 'auth.uid() = owner_id', "current_setting('app.tenant') = tenant::text"])));
  if (random.chance(0.6)) members.push(`using: ${rule()}`);
  if (random.chance(0.4)) members.push(`withCheck: ${rule()}`);
  return members.length || random.chance(0.5) ? `, { ${members.join(', ')} }` : '';
}

const template = (p) => p.random.of(['«orm:sql»`${«supabase:authUid»} is not null`', '«supabase:authUid»', '«orm:sql»`(select ${«supabase:realtimeTopic»}) = \'fund\'`']);

function policy(p, self, columns) {
  const { random } = p;
  if (random.chance(0.12)) {
    const value = () => random.of(['true', 'false', 'null', '«orm:sql»`true`', columns.length ? `«neon:authUid»(${random.of(columns).text})` : 'true']);
    const text = `«neon:crudPolicy»({ role: ${random.of(['«neon:authenticatedRole»', "'reader'", ...p.roles, "[«neon:anonymousRole», 'x']"])}, read: ${value()}, modify: ${value()} })`;
    return { text, list: true };
  }
  return { text: `«pg:pgPolicy»(${string(p, `${clean(self.db)} policy ${random.below(1000)}`)}${policyOptions(p, columns)})` };
}

const JUNK = ['«orm:sql»`check (1 = 1)`', 'null', 'undefined', 'false', "'text'", '[]', '0'];

/** A helper of the project that makes an index or a check out of a table. */
function helped(p, self, columns) {
  const { random } = p;
  const column = random.of(columns);
  const key = literal(p, column.key);
  p.extraHelpers ??= {};
  const declare = (name, made) => (p.extraHelpers[name] ??= p.declare(name, made));
  const suffix = random.below(1000);
  switch (random.below(5)) {
    case 0: return { text: `${declare('indexOn', { init: '(name: string, column: any) => «pg:index»(name).on(column)' })}(${literal(p, `${clean(self.db)}_h${suffix}`)}, ${column.text})` };
    case 1: return { text: `...${declare('indexEach', { text: (name) => `function ${name}(table: string, t: any, keys: string[]) {\n  return keys.map((key, i) => «pg:index»(\`\${table}_\${key}_\${i}_idx\`).on(t[key]));\n}` })}(${literal(p, clean(self.db) + suffix)}, ${self.parameter ?? `{ ${key}: ${column.text} }`}, [${key}])`, spread: true };
    case 2: return { text: `${declare('nonNegative', { init: '(name: string, column: «pgt:AnyPgColumn») => «pg:check»(`${name}_nonneg`, «orm:sql»`${column} >= 0`)' })}(${literal(p, clean(self.db) + suffix)}, ${column.text})` };
    case 3: return { text: `${declare('enumCheck', { text: (name) => `function ${name}(column: any, values: readonly string[], name: string) {\n  const list = values.map((value) => \`'\${value.replace(/'/g, "''")}'\`).join(', ');\n  return «pg:check»(name, «orm:sql»\`\${column} in (\${«orm:sql».raw(list)})\`);\n}` })}(${column.text}, ['a', "b'c"], ${literal(p, `${clean(self.db)}_in${suffix}`)})` };
    default: return { text: `${declare('uniqueOn', { init: '(...columns: [any, ...any[]]) => «pg:unique»().on(...columns).nullsNotDistinct()' })}(${column.text})` };
  }
}

function entry(p, self, columns) {
  const { random } = p;
  const way = random.below(100);
  if (way < 42) return { text: index(p, self, columns) };
  if (way < 54) return { text: uniqueConstraint(p, self, columns) };
  if (way < 62) return { text: primaryKey(p, self, columns) };
  if (way < 72) return { text: foreignKey(p, self, columns) };
  if (way < 84) return { text: check(p, self, columns) };
  if (way < 91) return policy(p, self, columns);
  if (way < 96) return helped(p, self, columns);
  return random.chance(0.7) ? { text: random.chance(0.3) ? `[${columns[0].text}]` : random.of(JUNK) } : { text: `[${index(p, self, columns)}, ${check(p, self, columns)}]` };
}

/** The argument, or undefined where the table has none. */
export function extras(p, self) {
  const { random } = p;
  if (!self.columns.length || random.chance(0.35)) return undefined;
  const destructured = random.chance(0.06) && self.columns.every(({ key }) => /^[a-z]\w*$/i.test(key) && !['default', 'class'].includes(key));
  const name = random.of(['t', 't', 't', 'table', 'self']);
  const inner = { ...self, parameter: destructured ? undefined : name };
  const columns = readable(p, self, (key) => (destructured ? `${key}_` : access(p, name, key)));
  const entries = Array.from({ length: 1 + random.below(random.chance(0.2) ? 6 : 3) }, () => entry(p, inner, columns));
  const parameter = destructured ? `({ ${self.columns.map(({ key }) => `${key}: ${key}_`).join(', ')} })` : random.chance(0.9) ? `(${name})` : random.of([`(${name}: any)`, name]);
  return later(form(p, parameter, entries, columns));
}

function form(p, parameter, entries, columns) {
  const { random } = p;
  const items = entries.map((it) => (it.list ? `...${it.text}` : it.text));
  const maybe = (text) => (random.chance(p.habits.computed / 2) && !text.startsWith('...') ? `...(${boolean(p, random.chance(0.7))} ? [${text}] : [])` : text);
  const list = `[\n  ${items.map(maybe).join(',\n  ')},\n]`;
  const named = (it, i) => (it.spread || it.list ? (it.spread ? it.text : `...${it.text}`) : `${random.of([`idx${i}`, `'${i}'`, `constraint${i}`])}: ${it.text}`);
  const object = `{\n  ${entries.map(named).join(',\n  ')},\n}`;
  switch (random.below(12)) {
    case 0:
    case 1:
    case 2: return `${parameter} => (${object})`;
    case 3: return `${parameter} => {\n  return ${list};\n}`;
    case 4: return `function ${parameter.startsWith('(') ? parameter : `(${parameter})`} {\n  const list = ${list};\n  return list;\n}`;
    case 5: return `${parameter} => {\n  const constraints: any[] = [];\n  ${items.map((item) => `constraints.push(${item});`).join('\n  ')}\n  return constraints;\n}`;
    case 6: return `${parameter} => ([${items.join(', ')}] as const) as any`;
    case 7: return random.chance(0.5) ? `${parameter} => {\n  const first = ${columns[0].text};\n  return [«pg:index»(${literal(p, `first_${random.below(1e6)}`)}).on(first), ...${list}];\n}` : `${parameter} => ${list}.flat()`;
    default: return `${parameter} => ${list}`;
  }
}
