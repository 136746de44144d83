// SQL: templates, operators, and what is spliced into them.
import { array, boolean, data, literal, number, string } from './values.mjs';
import { LABELS } from './words.mjs';

/** A template of SQL around these pieces; each piece is an expression or, as {raw}, text. */
export function template(p, ...pieces) {
  const generic = p.random.chance(p.habits.types / 4) ? p.random.of(['<string>', '<number>', '<unknown>', '<string | null>']) : '';
  const body = pieces.map((piece) => (typeof piece === 'string' ? piece : `\${${piece.is}}`)).join('');
  return `«orm:sql»${generic}\`${body}\``;
}

const is = (text) => ({ is: text });

/** SQL without a column in it: what a default may be. */
export function constantSql(p, text) {
  const { random } = p;
  const safe = text.replace(/[\\`]/g, '\\$&').replace(/\$\{/g, '\\${');
  const cut = random.below(text.length + 1);
  const clean = (part) => part.replace(/[\\`]/g, '\\$&').replace(/\$\{/g, '\\${');
  if (!random.chance(p.habits.computed * 2)) return `«orm:sql»\`${safe}\``;
  switch (random.below(9)) {
    case 0: return `«orm:sql».raw(${literal(p, text)})`;
    case 1: return `«orm:sql»\`${clean(text.slice(0, cut))}\${«orm:sql».raw(${string(p, text.slice(cut))})}\``;
    case 2: return `«orm:sql»\`${clean(text.slice(0, cut))}\${«orm:sql»\`${clean(text.slice(cut))}\`}\``;
    case 3: return `«orm:sql».join([«orm:sql»\`${clean(text.slice(0, cut))}\`, «orm:sql».raw(${literal(p, text.slice(cut))})])`;
    case 4: return `«orm:sql».join([${[...text].slice(0, 3).map((c) => `«orm:sql».raw(${literal(p, c)})`).join(', ')}], «orm:sql»\`\`)`;
    case 5: return `«orm:sql»<string>\`${safe}\``;
    case 6: return p.declare(random.of(['nowUtc', 'zero', 'emptyObject', 'expression']), { init: `«orm:sql»\`${safe}\`` });
    case 7: return `${p.declare('asSql', { init: `(text: string) => «orm:sql».raw(text)` })}(${literal(p, text)})`;
    default: return `«orm:sql»\`${safe}\`.mapWith(Number)`;
  }
}

/** A value as an operand; `bare` when no column encodes it. */
function operand(p, column, { bare = false, dimensions = column.dimensions ?? 0 } = {}) {
  const { random } = p;
  if (random.chance(0.02)) return random.of(["'x'", '1', 'null', "['a', 1]", '{ a: 1 }']);
  if (dimensions > 0 && !bare) {
    const items = Array.from({ length: random.below(3) }, () => operand(p, column, { dimensions: dimensions - 1 }));
    // A piece of SQL inside of a value is nothing that a column could write.
    return `[${items.filter((item) => !item.startsWith('«orm:sql')).join(', ')}]`;
  }
  if (column.values && random.chance(0.6)) return literal(p, random.of(column.values));
  switch (column.category) {
    case 'number': return number(p, random.of([0, 1, 100, 2.5, -3, 1e21]));
    case 'boolean': return boolean(p, random.chance(0.5));
    case 'date': return column.dated && !bare ? `new Date('2024-0${1 + random.below(9)}-15T10:00:00Z')` : random.of(["'2024-01-01'", '«orm:sql»`now()`']);
    case 'json': return bare ? "'{}'" : data(p, 1);
    case 'vector': return random.of(['[1, 2.5, 3]', "'[1,2,3]'"]);
    case 'geometry': return random.of(['[1, 2, 3]', '{ x: 1, y: 2.5, a: 0, b: -1, c: 1e21 }']);
    default: return random.chance(0.1) ? random.of(['«orm:sql»`now()`', '«orm:sql».raw("current_user")']) : string(p, random.of(LABELS));
  }
}

const COMPARISONS = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte'];

/**
 * A condition over columns, each {text, category, values?} with `text` how it is read here.
 * `values`: whether JavaScript values may stand in it.
 */
export function condition(p, columns, { values = true, depth = 0 } = {}) {
  const { random } = p;
  const column = random.of(columns);
  const nested = () => condition(p, columns, { values, depth: depth + 1 });
  if (depth < 2 && random.chance(0.3)) {
    const parts = Array.from({ length: 1 + random.below(3) }, nested);
    if (random.chance(0.05)) parts.push('undefined');
    const name = random.of(['and', 'or']);
    const call = random.chance(0.1) ? `«orm:${name}»(...[${parts.join(', ')}])` : `«orm:${name}»(${parts.join(', ')})`;
    return random.chance(0.2) ? `${call}!` : call;
  }
  if (depth < 2 && random.chance(0.08)) return `«orm:not»(${nested()})`;
  return random.chance(p.habits.operators) ? operator(p, column, columns, values) : written(p, column, columns, values);
}

function operator(p, column, columns, values) {
  const { random } = p;
  const at = column.text;
  const other = random.of(columns).text;
  const value = () => (values && random.chance(0.75) ? operand(p, column) : random.of([other, '«orm:sql»`0`', "«orm:sql».raw('1')"]));
  switch (random.below(14)) {
    case 0: return `«orm:isNull»(${at})`;
    case 1: return `«orm:isNotNull»(${at})`;
    case 2: return values ? `«orm:between»(${at}, ${value()}, ${value()})` : `«orm:eq»(${at}, ${other})`;
    case 3: return values ? `«orm:${random.of(['like', 'ilike', 'notLike', 'notIlike'])}»(${at}, ${literal(p, random.of(['%a%', 'x_', "it's%"]))})` : `«orm:isNull»(${at})`;
    case 4:
    case 5: return values ? `«orm:${random.of(['inArray', 'inArray', 'notInArray'])}»(${at}, ${array(p, Array.from({ length: 1 + random.below(3) }, value), { local: true })})` : `«orm:isNotNull»(${at})`;
    case 6: return values ? `«orm:notBetween»(${at}, ${value()}, ${value()})` : `«orm:ne»(${at}, ${other})`;
    case 7: return values && column.dimensions ? `«orm:${random.of(['arrayContains', 'arrayContained', 'arrayOverlaps'])}»(${at}, ${random.of([operand(p, column), '«orm:sql»`array[1]`', at])})` : `«orm:gt»(${at}, ${value()})`;
    case 8: return `«orm:eq»(«orm:sql»\`lower(\${${at}})\`, ${values ? operand(p, column, { bare: true }) : other})`;
    default: return `«orm:${random.of(COMPARISONS)}»(${at}, ${value()})`;
  }
}

function written(p, column, columns, values) {
  const { random } = p;
  const at = is(column.text);
  const other = is(random.of(columns).text);
  switch (random.below(15)) {
    case 0: return template(p, at, ' > 0');
    case 1: return template(p, at, ' is not null and ', other, ' is null');
    case 2: return template(p, 'char_length(', at, `) between 1 and ${random.of([10, 255])}`);
    case 3: return template(p, at, random.of([' <> ', ' <= ', ' = ']), other);
    case 4: return template(p, at, ' in (', is(`«orm:sql».join([${['a', "b''c"].map((text) => `«orm:sql».raw(${literal(p, `'${text}'`)})`).join(', ')}], «orm:sql»\`${random.of([', ', ','])}\`)`), ')');
    case 5: return template(p, is(`«orm:sql».raw(${string(p, random.of(['amount', '1 = 1', '"x"']))})`), ' is distinct from ', at);
    case 6: return template(p, '\n    ', at, ' >= 0\n    and ', other, ' <= 100\n  ');
    case 7: return template(p, 'coalesce(', at, ", '') <> ''");
    case 8: return template(p, is(`«orm:sql».identifier(${literal(p, random.of(['amount', 'we"ird', 'Name']))})`), ' = ', at);
    case 9: return values ? template(p, at, ' = ', is(operand(p, column, { bare: true }))) : template(p, at, ' = true');
    case 10: return values ? template(p, at, ' in ', is(array(p, ["'a'", '1']))) : template(p, 'not ', at);
    case 11: return template(p, is(`${helper(p)}(${column.text})`), ' > ', random.of(['0', '1.5']));
    case 12: return template(p, at, ` = any (${random.of(["array['a'::text, 'b'::text]", "'{1,2}'::int[]"])})`);
    case 13: return `«orm:sql».join([${template(p, at, ' > 1')}, ${template(p, other, ' < 5')}], «orm:sql»\` ${random.of(['and', 'or'])} \`)`;
    default: return `«orm:sql».raw(${string(p, random.of(['true', 'amount > 0', '"name" is not null']))})`;
  }
}

/** A function of the project that wraps a column in SQL. */
function helper(p) {
  const { random } = p;
  if (p.sqlHelper && random.chance(0.7)) return p.sqlHelper;
  p.sqlHelper = p.declare('lowered', random.chance(0.5)
    ? { init: '(column: unknown) => «orm:sql»`lower(${column})`' }
    : { text: (name) => `function ${name}(column: «pgt:AnyPgColumn»): «ormt:SQL» {\n  return «orm:sql»\`coalesce(\${column}, \${«orm:sql».raw('0')})\`;\n}` });
  return p.sqlHelper;
}

/** An expression over columns: for indexes, generated columns and selected fields. */
export function expression(p, columns) {
  const { random } = p;
  const column = random.of(columns);
  const at = is(column.text);
  const other = is(random.of(columns).text);
  switch (random.below(10)) {
    case 0: return template(p, 'lower(', at, ')');
    case 1: return template(p, at, " || ' ' || ", other);
    case 2: return template(p, '(', at, " ->> 'key')");
    case 3: return template(p, 'coalesce(', at, ', ', other, ', 0)');
    case 4: return template(p, "to_tsvector('english', ", at, ')');
    case 5: return template(p, is(`${helper(p)}(${column.text})`));
    case 6: return template(p, 'case when ', is(condition(p, columns, { values: false, depth: 1 })), ' then ', at, ' else ', other, ' end');
    case 7: return `«orm:sql».join([${column.text}, ${other.is}], «orm:sql»\` || \`)`;
    case 8: return template(p, at, random.of([' desc', '::text', ' collate "C"']));
    default: return template(p, 'date_trunc(', `'${random.of(['day', 'month'])}'`, ', ', at, ')');
  }
}
