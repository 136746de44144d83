// The column builders with their options. `call(name)` is how a builder is reached: as an import, as a
// member of the callback's argument.
import { labels } from './enums.mjs';
import { boolean, literal, number } from './values.mjs';

/** An options object, sometimes behind a name, sometimes with a spread. */
function options(p, members) {
  const { random } = p;
  const given = members.filter(Boolean);
  if (!given.length) return members.length && random.chance(0.1) ? '{}' : '';
  const text = `{ ${given.join(', ')} }`;
  if (!random.chance(p.habits.computed)) return text;
  switch (random.below(4)) {
    case 0: return p.declare('options', { init: `${text} as const` });
    case 1: return `{ ...${p.declare('base', { init: text })}, ${given[0]} }`;
    case 2: return `${text} as const`;
    default: return `Object.assign({}, ${text})`;
  }
}

const maybe = (p, chance, text) => (p.random.chance(chance) ? text() : undefined);
const mode = (p, ...modes) => maybe(p, 0.4, () => `mode: ${literal(p, p.random.of(modes))}`);
const precision = (p, chance, most = 6) => maybe(p, chance, () => `precision: ${number(p, p.random.below(most + 1))}`);
const zone = (p) => maybe(p, 0.5, () => `withTimezone: ${boolean(p, p.random.chance(0.85))}`);
const dimensions = (p) => [`dimensions: ${number(p, p.random.of([3, 8, 1536]))}`];

function labelled(p, length) {
  const { random } = p;
  const members = [length && maybe(p, 0.7, () => `length: ${number(p, random.of([1, 2, 10, 50, 100, 255, 256, 1000]))}`)];
  if (!random.chance(0.2)) return { members };
  const { text, values, at } = labels(p);
  return { members: [...members, `enum: ${text}`], values, source: at };
}

const FIELDS = ['year', 'month', 'day', 'hour', 'minute', 'second', 'year to month', 'day to hour', 'day to second', 'hour to minute', 'minute to second'];

const TYPES = [
  ['serial', 1, 'number'],
  ['smallserial', 0.5, 'number'],
  ['bigserial', 1, 'number', (p) => ({ members: [`mode: ${literal(p, p.random.of(['number', 'bigint']))}`] })],
  ['integer', 8, 'number'],
  ['smallint', 2, 'number'],
  ['bigint', 3, 'number', (p) => ({ members: [`mode: ${literal(p, p.random.of(['number', 'number', 'bigint']))}`] })],
  ['boolean', 5, 'boolean'],
  ['text', 10, 'string', (p) => labelled(p, false)],
  ['varchar', 8, 'string', (p) => labelled(p, true)],
  ['char', 2, 'string', (p) => labelled(p, true)],
  ['numeric', 3, 'numeric', numeric],
  ['decimal', 3, 'numeric', numeric],
  ['real', 1.5, 'number'],
  ['doublePrecision', 1.5, 'number'],
  ['json', 1.5, 'json'],
  ['jsonb', 4, 'json'],
  ['uuid', 5, 'uuid'],
  ['time', 1.5, 'date', (p) => ({ members: [zone(p), precision(p, 0.3)] })],
  ['timestamp', 8, 'date', (p) => ({ members: [zone(p), precision(p, 0.3), mode(p, 'date', 'string')] })],
  ['date', 3, 'date', (p) => ({ members: [mode(p, 'date', 'string')] })],
  ['interval', 1.5, 'string', (p) => ({ members: [maybe(p, 0.5, () => `fields: ${literal(p, p.random.of(FIELDS))}`), precision(p, 0.4)] })],
  ['inet', 0.7, 'string'],
  ['cidr', 0.5, 'string'],
  ['macaddr', 0.5, 'string'],
  ['macaddr8', 0.5, 'string'],
  ['point', 0.7, 'geometry', (p) => ({ members: [mode(p, 'tuple', 'xy')] })],
  ['line', 0.7, 'geometry', (p) => ({ members: [mode(p, 'tuple', 'abc')] })],
  ['geometry', 0.7, 'geometry', (p) => ({ members: [maybe(p, 0.6, () => `type: ${literal(p, p.random.of(['point', 'linestring', 'Polygon']))}`), mode(p, 'tuple', 'xy'), maybe(p, 0.4, () => `srid: ${number(p, 4326)}`)] })],
  ['vector', 1, 'vector', (p) => ({ members: dimensions(p) })],
  ['halfvec', 0.4, 'vector', (p) => ({ members: dimensions(p) })],
  ['sparsevec', 0.4, 'string', (p) => ({ members: dimensions(p) })],
  ['bit', 0.4, 'string', (p) => ({ members: dimensions(p) })],
];
const WEIGHT = TYPES.reduce((sum, [, weight]) => sum + weight, 0);

function numeric(p) {
  const { random } = p;
  const given = random.chance(0.7);
  return { members: [given && `precision: ${number(p, random.of([10, 12, 20, 38]))}`, maybe(p, given ? 0.8 : 0.1, () => `scale: ${number(p, random.of([0, 2, 8]))}`), maybe(p, 0.15, () => `mode: ${literal(p, random.of(['number', 'string', 'bigint']))}`)] };
}

/** The two arguments of a builder: a name and options, both optional. */
function parameters(p, name, opts) {
  const generic = p.random.chance(0.02) ? '/* the amount */ ' : '';
  return `(${generic}${[name, opts].filter(Boolean).join(', ')})`;
}

/**
 * A call of a column builder: {text, category, values, enumMark, source}. `name` is the expression of
 * the column's name, or undefined.
 */
export function base(p, call, name) {
  const { random } = p;
  if (p.enums.length && random.chance(0.12)) {
    const { mark, values, at } = random.of(p.enums);
    return { text: `${mark}(${name ?? ''})`, category: 'string', values, enumMark: mark, source: at };
  }
  if (random.chance(0.06)) return { ...custom(p, name), custom: true };
  let at = random.next() * WEIGHT;
  const [chosen, , category, make] = TYPES.find(([, weight]) => (at -= weight) < 0) ?? TYPES[0];
  // The columns callback has no `decimal`.
  const builder = chosen === 'decimal' && !call(chosen).startsWith('«') ? 'numeric' : chosen;
  const { members = [], values, source } = make?.(p) ?? {};
  const said = members.filter(Boolean).join();
  // Which of the two kinds of values this column takes.
  const dated = builder === 'timestamp' ? !/mode: .string/.test(said) : builder === 'date' && /mode: .date/.test(said);
  return { text: call(builder) + parameters(p, name, options(p, members)), builder, category, values, source, dated };
}

const CUSTOM = [
  () => ({ body: "dataType() {\n    return 'bytea';\n  },", config: false }),
  () => ({ body: "dataType: () => 'tsvector',", config: false }),
  () => ({ body: "dataType(config) {\n    return `vector(${config?.dimensions ?? 1536})`;\n  },\n  toDriver(value: number[]) {\n    return JSON.stringify(value);\n  },", config: '{ dimensions: 8 }' }),
  () => ({ body: "dataType: (config) => (config?.length !== undefined ? `citext(${config.length})` : 'citext'),", config: '{ length: 12 }' }),
  () => ({ body: "dataType() {\n    return 'text COLLATE \"C\"';\n  },\n  fromDriver: (value: unknown) => decrypt(value as string),", config: false }),
  () => ({ body: "dataType: (config) => {\n    const { precision = 12, scale = 2 } = config ?? {};\n    return `numeric(${precision}, ${scale})`;\n  },", config: '{ precision: 20, scale: 6 }' }),
  () => ({ body: "dataType(config) {\n    switch (config?.kind) {\n      case 'int4':\n      case 'int8':\n        return `${config.kind}range`;\n      default:\n        return 'tstzrange';\n    }\n  },", config: "{ kind: 'int4' }" }),
  () => ({ body: "dataType() {\n    return ['money', 'xml', 'ltree'][0];\n  },", config: false }),
];

function custom(p, name) {
  const { random } = p;
  if (!p.customs?.length || random.chance(0.3)) {
    const { body, config } = random.of(CUSTOM)();
    const text = body.includes('decrypt') ? body.replace('decrypt', '«pkg:@fund/crypto#decrypt»') : body;
    const generic = random.chance(0.6) ? `<{ data: string; driverData: string${config ? '; config: Record<string, any>' : ''} }>` : '';
    (p.customs ??= []).push({ mark: p.declare('customColumn', { init: `«pg:customType»${generic}({\n  ${text}\n})` }), config });
  }
  const { mark, config } = random.of(p.customs);
  const opts = config && random.chance(0.7) ? config : undefined;
  return { text: `${mark}(${[name, opts].filter(Boolean).join(', ')})`, category: 'string' };
}
