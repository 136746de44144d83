// What stands in `.default(…)`, by the kind of column.
import { constantSql } from './expressions.mjs';
import { array, boolean, constant, data, literal, number, string } from './values.mjs';
import { TEXTS } from './words.mjs';

const NUMBERS = [
  '0', '1', '-1', '100', '0.5', '1.50', '1e21', '1e-7', '123456789012345680000', '0.1 + 0.2', '0x1f', '0b11', '0o17', '1_000_000', '-0', '.5', '5.', '1e3', '2 ** 31 - 1', '10 / 3', '7 % 4',
  'Number.MAX_SAFE_INTEGER', 'Math.pow(2, 53)', 'Math.floor(2.9)', '~5', '1 << 4', '-(2)', '+"12"', '60 * 60 * 24', '1e400', '0 / 0', '5e-324', '1.7976931348623157e308', '100.0', '1E5', 'Math.PI', 'Math.round(1.5)', 'Number("3")', 'parseInt("08")', '[1, 2, 3].length', '(1, 2)',
];
const DATES = [
  "new Date('2024-01-01')", "new Date('2024-01-01T10:20:30.456Z')", 'new Date(0)', 'new Date(1700000000000)', 'new Date(Date.UTC(2024, 1, 29))', "new Date('2024-06-01T00:00:00+02:00')", "new Date('1969-12-31T23:59:59.999Z')",
  "new Date('2024-01-01').toISOString()", 'new Date(Date.UTC(2024, 0, 31, 23, 59, 59, 999))', "new Date(Date.parse('2030-12-01'))", "new Date(new Date('2020-05-05'))", "new Date('0099-01-01T00:00:00Z')", "new Date('+012024-01-01T00:00:00Z')",
];
const SQLS = {
  number: ['0', '1 + 1', "nextval('s')", '(random() * 10)::int'],
  string: ["'x'", "''", "gen_random_uuid()::text", "'it''s'", 'current_user', "'{\"a\": 1}'"],
  date: ['now()', 'CURRENT_TIMESTAMP', "now() + interval '1 day'", "timezone('utc', now())", '(now() at time zone \'utc\')', 'CURRENT_DATE'],
  boolean: ['true', 'false', '1 = 1'],
  json: ["'{}'::jsonb", "'[]'", 'json_build_object()', "'{\"a\": {}}'"],
  uuid: ['gen_random_uuid()', 'uuid_generate_v4()'],
};

/** An element of an array default, as an expression. */
function element(p, category, values) {
  const { random } = p;
  if (values?.length) return literal(p, random.of(values));
  switch (category) {
    case 'number': return random.of(['1', '-2.5', '10n', '0', '1e21', '3', 'null']);
    case 'boolean': return random.of(['true', 'false']);
    case 'json': return data(p, 1);
    case 'date': return random.of([...DATES.slice(0, 4), "'2024-01-01'"]);
    default: return random.chance(0.05) ? 'null' : string(p, random.of(TEXTS));
  }
}

/** A default for an array of `dimensions`. */
export function arrayDefault(p, column) {
  const { random } = p;
  if (random.chance(0.25)) return constantSql(p, random.of(["'{}'", 'ARRAY[]::text[]', "'{a,b}'::text[]", "array['x']"]));
  if (random.chance(0.05)) return random.of(["'{}'", "'{1,2}'", 'null']);
  const nest = (depth) => {
    const size = random.below(depth === column.dimensions ? 3 : 4);
    const inner = () => (depth > 1 ? nest(depth - 1) : element(p, column.category, column.values));
    return array(p, Array.from({ length: size }, inner));
  };
  const made = nest(column.dimensions);
  return random.chance(p.habits.types / 3) ? `${made} as ${random.of(['string[]', 'never', 'any', 'never[]'])}` : made;
}

/** A default for a column that is no array. */
export function scalarDefault(p, column) {
  const { random } = p;
  const { category, values } = column;
  if (random.chance(0.01)) return random.of(['undefined', 'null', 'null as never', '10n', "«orm:sql»`${1}`", '[1, 2]', '{ a: 1 }', '() => 1']);
  const sqls = SQLS[category];
  if (sqls && random.chance(0.3)) return constantSql(p, random.of(sqls));
  if (values?.length) return member(p, column);
  switch (category) {
    case 'number': return random.chance(0.5) ? number(p, random.of([0, 1, 10, 100, 2.5, -1, 1000000])) : cast(p, random.of(NUMBERS));
    case 'numeric': return random.chance(0.7) ? string(p, random.of(['0', '0.00', '100.50', '1e3', '-1'])) : random.of(NUMBERS);
    case 'boolean': return boolean(p, random.chance(0.5));
    case 'date': return random.chance(0.7) ? random.of(DATES) : string(p, random.of(['2024-01-01', '10:00:00', 'infinity']));
    case 'json': return random.chance(0.85) ? json(p) : string(p, random.of(TEXTS));
    case 'vector': return random.of(['[1, 2, 3]', '[0.5, 1e-7, -0]', 'Array(3).fill(0)', "'[1,2,3]'"]);
    case 'geometry': return random.of(['[1, 2]', '{ x: 1, y: 2.5 }', '[0, 0] as [number, number]', '{ a: 1, b: 2, c: 3 }', "'(1,2)'"]);
    case 'uuid': return string(p, '00000000-0000-0000-0000-000000000000');
    default: return string(p, random.of(TEXTS));
  }
}

function cast(p, text) {
  return p.random.chance(0.05) ? `${/^[\w.]+$/.test(text) ? text : `(${text})`} as unknown as number` : text;
}

function json(p) {
  const { random } = p;
  if (random.chance(0.1)) return `JSON.parse(${literal(p, random.of(['{"a": [1, 2.50], "b": null}', '[]', '{"x":{"y":"z"}}', '1e2']))})`;
  if (random.chance(0.15)) return constant(p, data(p));
  const made = data(p);
  if (random.chance(0.05)) return `Object.assign({}, ${made.startsWith('{') ? made : '{ a: 1 }'}, { z: 1 })`;
  return random.chance(p.habits.types / 5) ? `${/^[[{'"\w.]/.test(made) ? made : `(${made})`} as ${random.of(['any', 'never', 'Record<string, unknown>'])}` : made;
}

/** One of the values of an enum, as people refer to it. */
function member(p, column) {
  const { random } = p;
  const at = random.below(column.values.length);
  const value = column.values[at];
  if (column.source && random.chance(0.5)) return column.source(at);
  if (column.enumMark && random.chance(0.3)) return `${column.enumMark}.enumValues[${at}]`;
  return string(p, value);
}
