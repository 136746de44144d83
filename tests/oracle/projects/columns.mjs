// One column: a builder and its modifiers.
import { arrayDefault, scalarDefault } from './defaults.mjs';
import { constantSql, expression } from './expressions.mjs';
import { later, snake } from './project.mjs';
import { base } from './types.mjs';
import { access, boolean, literal, number, string } from './values.mjs';

const INTEGERS = new Set(['integer', 'smallint', 'bigint']);
const DATES = new Set(['timestamp', 'date', 'time']);
const ACTIONS = ['cascade', 'set null', 'restrict', 'no action', 'set default'];
const IGNORED = [
  '$defaultFn(() => «pkg:@paralleldrive/cuid2#createId»())', '$defaultFn(() => crypto.randomUUID())', '$onUpdate(() => new Date())', '$onUpdateFn(() => «orm:sql»`now()`)', '$default(() => «pkg:nanoid#nanoid»(12))',
  '$defaultFn(«pkg:uuid#v7»)', '$type<string>()', '$type<{ a: number; b?: string[] }>()', '$type<`fund_${string}`>()', '$type<Record<string, unknown> | null>()', '$defaultFn(() => Date.now() as never)', '$onUpdate(() => «pkg:@fund/clock#clock».now())',
];

/** Options of an identity or a sequence. */
export function sequenceOptions(p) {
  const { random } = p;
  const value = (n) => (random.chance(0.2) ? literal(p, String(n)) : number(p, n));
  const members = [];
  if (random.chance(0.5)) members.push(`startWith: ${value(random.of([1, 100, 1000, 0, -1]))}`);
  if (random.chance(0.5)) members.push(`increment: ${value(random.of([1, 5, 10, -1, -10]))}`);
  if (random.chance(0.3)) members.push(`minValue: ${value(random.of([1, 0, -100]))}`);
  if (random.chance(0.3)) members.push(`maxValue: ${value(random.of([1000, 2147483647, 9223372036854775807n]))}`);
  if (random.chance(0.3)) members.push(`cache: ${value(random.of([1, 20]))}`);
  if (random.chance(0.2)) members.push(`cycle: ${boolean(p, random.chance(0.6))}`);
  return members;
}

function identity(p, column) {
  const members = sequenceOptions(p);
  if (p.random.chance(0.3)) members.unshift(`name: ${string(p, `${column.db ?? 'col'}_custom_seq`)}`);
  const opts = members.length || p.random.chance(0.1) ? `{ ${members.join(', ')} }` : '';
  return `${p.random.of(['generatedAlwaysAsIdentity', 'generatedByDefaultAsIdentity'])}(${opts})`;
}

/** The second argument of `.references`. */
export function actions(p) {
  const { random } = p;
  const members = [];
  if (random.chance(0.7)) members.push(`onDelete: ${random.chance(0.9) ? literal(p, random.of(ACTIONS)) : string(p, random.of(ACTIONS))}`);
  if (random.chance(0.3)) members.push(`onUpdate: ${literal(p, random.of(ACTIONS))}`);
  if (!members.length) return random.chance(0.1) ? '{}' : undefined;
  if (random.chance(p.habits.computed)) return p.cascade ??= p.declare('cascade', { init: `{ ${members.join(', ')} } as const` });
  return `{ ${members.join(', ')} }`;
}

/** `.references(() => …)` to a column of a table, which may be the one that is being made. */
function reference(p, column) {
  const { random } = p;
  const target = random.chance(0.15) ? column.self : random.of(p.tables) ?? column.self;
  const plausible = target.columns.filter(({ key }) => /id$/i.test(key));
  const key = (random.chance(0.8) && random.of(plausible)?.key) || random.of(target.columns)?.key || 'id';
  const mark = later(target.mark);
  const read = access(p, mark, key);
  const typed = target === column.self || random.chance(p.habits.types / 3) ? ': «pgt:AnyPgColumn»' : '';
  const ref = random.chance(0.92)
    ? `()${typed} => ${random.chance(0.05) ? `(${read})` : read}`
    : random.of([`()${typed} => {\n      return ${read};\n    }`, `function ()${typed} {\n      return ${read};\n    }`, `() => ${mark}!.${/^\w+$/.test(key) && !/^\d/.test(key) ? key : 'id'}`, `() => ${mark}[${literal(p, key)} as 'id']`]);
  const opts = actions(p);
  return `references(${ref}${opts ? `, ${opts}` : ''})`;
}

function generated(p, column) {
  const { random } = p;
  const siblings = column.self.columns.map(({ key, category }) => ({ text: access(p, later(column.self.mark), key), category }));
  const of = () => (siblings.length ? expression(p, siblings) : constantSql(p, "'x'"));
  switch (random.below(7)) {
    case 0: return `generatedAlwaysAs(${constantSql(p, random.of(["'x'", "lower('A')", 'amount * 2']))})`;
    case 1: return `generatedAlwaysAs(${string(p, random.of(['const', 'a || b']))})`;
    case 2: return `generatedAlwaysAs((): «ormt:SQL» => ${of()})`;
    case 3: return `generatedAlwaysAs(() => {\n      return ${of()};\n    })`;
    default: return `generatedAlwaysAs(() => ${of()})`;
  }
}

function unique(p, column) {
  const { random } = p;
  if (random.chance(0.7)) return 'unique()';
  const name = random.chance(0.8) ? string(p, `${column.self.db}_${column.key}_key${random.below(100)}`) : random.of(['undefined', "''"]);
  return random.chance(0.4) ? `unique(${name}, { nulls: ${literal(p, random.of(['not distinct', 'distinct']))} })` : `unique(${name})`;
}

/** Modifiers of a builder, in any order. */
function modifiers(p, column, shared) {
  const { random } = p;
  const list = [];
  const add = (chance, make) => random.chance(chance) && list.push(make());
  add(0.45, () => 'notNull()');
  add(0.35, () => `default(${column.dimensions ? arrayDefault(p, column) : scalarDefault(p, column)})`);
  add(0.05, () => unique(p, column));
  if (!column.dimensions) {
    if (DATES.has(column.builder)) add(0.3, () => 'defaultNow()');
    if (column.builder === 'uuid') add(0.3, () => 'defaultRandom()');
    if (INTEGERS.has(column.builder)) add(0.06, () => identity(p, column));
    if (!shared && /id$/i.test(column.key)) add(0.5, () => reference(p, column));
  }
  if (!shared) add(0.02, () => reference(p, column));
  if (!shared) add(0.02, () => generated(p, column));
  add(0.01, () => 'primaryKey()');
  add(0.12, () => later(random.of(IGNORED)));
  for (let i = list.length - 1; i > 0 && random.chance(0.5); i--) {
    const j = random.below(i + 1);
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

/** What a column is called in the database, as an expression; undefined where it is not said. */
export function nameOf(p, key) {
  const { random } = p;
  if (random.chance(p.habits.nameless)) return random.chance(0.01) ? "''" : undefined;
  const db = random.chance(0.95) ? snake(key).replace(/\W+/g, '_') : random.of([key, `${snake(key)}_x`, key.toUpperCase()]);
  return string(p, db || key);
}

/**
 * A column: {key, text, category}. `self` is the table it will be in: {mark, db, columns}.
 * With `shared`, nothing in it refers to a table.
 */
export function column(p, self, key, { call, shared = false } = {}) {
  const { random } = p;
  if (p.builders.length && random.chance(0.06)) {
    const { text, ...known } = random.of(p.builders);
    return { ...known, key, text: text(p, key) };
  }
  const info = { key, self, dimensions: 0, ...base(p, call, nameOf(p, key)) };
  let { text } = info;
  let chain = random.chance(0.85) ? modifiers(p, info, shared) : [];
  while (random.chance(info.dimensions ? 0.2 : 0.09)) {
    info.dimensions++;
    const size = random.chance(0.2) ? number(p, random.of([0, 2, 3])) : '';
    chain.push(`array(${size})`, ...modifiers(p, info, shared));
  }
  const broken = chain.length > 2 && random.chance(0.3) ? '\n    ' : '';
  text += chain.map((modifier) => `${broken}.${modifier}`).join('');
  if (random.chance(p.habits.types / 60)) text = `(${text} as any)`;
  else if (random.chance(p.habits.computed / 6)) text = `(${random.of(['true', "'x' in { x: 1 }", '2 > 1'])} ? ${text} : ${call('integer')}('never'))`;
  const { category, values, dimensions, dated } = info;
  return { key, text, category: category === 'numeric' ? 'string' : category, values, dimensions, dated, vector: info.builder === 'vector' && !dimensions };
}
