// pgEnum in all its forms, and the lists of values that people feed it.
import { array, literal, string } from './values.mjs';
import { camel, pascal } from './project.mjs';
import { ENUMS, LABELS } from './words.mjs';

const plain = (values) => values.every((value) => /^[a-z_]+$/.test(value));
const list = (p, values) => `[${values.map((value) => literal(p, value)).join(', ')}]`;
const members = (p, values) => values.map((value, i) => [/^[a-z]\w*$/.test(value) ? pascal(value) : `Value${i}`, literal(p, value)]);

/**
 * A list of values as an expression: {text, values, at}. `at(i)` is how one of them is named elsewhere;
 * `object` says that it has to go to pgEnum as an object.
 */
function source(p, name, values) {
  const { random } = p;
  const upper = name.toUpperCase().replace(/\W/g, '_');
  const title = pascal(name.replace(/\W/g, '_'));
  const names = members(p, values);
  const body = names.map(([key, value]) => `  ${key}: ${value},`).join('\n');
  const quoted = (value) => literal(p, value);
  switch (random.below(17)) {
    case 0: {
      const mark = p.declare(upper, { init: `${list(p, values)} as const` });
      return { text: mark, at: (i) => `${mark}[${i}]` };
    }
    case 1: {
      const mark = p.declare(upper, { init: list(p, values), type: '[string, ...string[]]' });
      return { text: mark, at: (i) => `${mark}[${i}]` };
    }
    case 2: {
      const mark = p.declare(title, { init: `{\n${body}\n} as const` });
      return random.chance(0.5)
        ? { text: mark, at: (i) => `${mark}.${names[i][0]}`, object: true }
        : { text: `Object.values(${mark}) as [string, ...string[]]`, at: (i) => `${mark}.${names[i][0]}` };
    }
    case 3: {
      const mark = p.declare(title, { text: (it) => `${random.chance(0.1) ? 'const ' : ''}enum ${it} {\n${names.map(([key, value]) => `  ${key} = ${value},`).join('\n')}\n}` });
      const at = (i) => `${mark}.${names[i][0]}`;
      const way = random.below(4);
      if (way === 0) return { text: mark, at, object: true };
      if (way === 1) return { text: `Object.values(${mark})`, at };
      if (way === 2) return { text: `[${names.map(([key]) => `${mark}.${key}`).join(', ')}]`, at };
      const tuple = tupler(p);
      return { text: `${tuple}(${mark})`, at };
    }
    case 4: {
      const mark = p.declare(`${camel(name.replace(/\W/g, '_'))}Schema`, { init: `«zod:z».enum(${list(p, values)})` });
      return random.chance(0.6) ? { text: `${mark}.options`, at: (i) => `${mark}.enum[${quoted(values[i])}]` } : { text: `${mark}.enum`, object: true };
    }
    case 5: {
      const mark = p.declare(upper, { init: `[${values.map((value) => `{ id: ${literal(p, value)}, label: 'x' }`).join(', ')}]` });
      return { text: `${mark}.map((it) => it.id) as [string, ...string[]]`, at: (i) => `${mark}[${i}].id` };
    }
    case 6: {
      const mark = p.declare(upper, { init: `${list(p, [...values, 'unused'])} as const` });
      return { text: `${mark}.filter((value) => value !== 'unused')`, at: (i) => `${mark}[${i}]` };
    }
    case 7: {
      const half = values.slice(0, 1);
      const mark = p.declare(upper, { init: `${list(p, half)} as const` });
      return { text: `[...${mark}, ${values.slice(1).map(quoted).join(', ')}]` };
    }
    case 8: return plain(values) ? { text: `${literal(p, values.join('|'))}.split('|')` } : { text: list(p, values) };
    case 9: {
      const mark = p.declare(`${title}Config`, { init: `{\n${values.map((value, i) => `  ${plain([value]) ? value : `'k${i}'`}: { order: ${i} },`).join('\n')}\n}` });
      return plain(values) ? { text: `Object.keys(${mark})` } : { text: list(p, values) };
    }
    case 10: {
      const mark = p.declare(upper, { init: `new Set(${list(p, values)})` });
      return { text: `[...${mark}]` };
    }
    case 11: return { text: `{ ${names.map(([key, value]) => `${key}: ${value}`).join(', ')} }`, object: true };
    case 12: {
      const mark = p.declare('Lists', { text: (it) => `class ${it} {\n  static ${upper} = ${list(p, values)} as const;\n}` });
      return { text: `${mark}.${upper}`, at: (i) => `${mark}.${upper}[${i}]` };
    }
    default: return { text: random.chance(0.5) ? list(p, values) : array(p, values.map((value) => string(p, value))) };
  }
}

/** The well-known helper from an enum to its values. */
function tupler(p) {
  p.tupler ??= p.declare('enumToTuple', p.random.chance(0.5)
    ? { text: (it) => `function ${it}<T extends Record<string, string>>(of: T): [T[keyof T], ...T[keyof T][]] {\n  return Object.values(of).map((value) => \`\${value}\`) as never;\n}` }
    : { init: '(of: Record<string, string>) => Object.keys(of).map((key) => of[key]) as [string, ...string[]]' });
  return p.tupler;
}

/** A list of labels that belongs to no pgEnum: for `text({ enum })`. */
export function labels(p) {
  const values = p.random.some(LABELS.filter(Boolean), 4);
  const { text, at, object } = source(p, 'labels', values);
  return { text: object ? list(p, values) : text, values, at };
}

/** Declares one enum. */
export function declareEnum(p) {
  const { random } = p;
  const name = random.of(ENUMS.filter((it) => !p.enums.some((other) => other.name === it)).concat('spare_kind'));
  const values = random.some(random.chance(p.habits.odd) ? LABELS : LABELS.filter((label) => /^[a-z_]+$/.test(label)), 5);
  const { text, at, object } = source(p, name, values);
  const schema = p.schemas.length && random.chance(0.3) ? random.of(p.schemas) : undefined;
  const maker = schema ? `${schema.mark}.enum` : '«pg:pgEnum»';
  const made = `${maker}(${string(p, name)}, ${text})`;
  const wish = camel(name.replace(/\W/g, '_')) + random.of(['', 'Enum', 'PgEnum']);
  const mark = random.chance(0.1)
    ? `${p.declare('enums', { init: `{ ${wish}: ${made} }`, kind: 'value' })}.${wish}`
    : p.declare(wish, { init: random.chance(0.1) && !schema ? `${creator(p)}(${string(p, name)}, ${text})` : made, kind: 'schema', hidden: random.chance(0.08) });
  p.enums.push({ name, mark, values, at, object });
}

function creator(p) {
  p.enumCreator ??= p.declare('createPgEnum', { text: (it) => `function ${it}(name: string, values: any) {\n  return «pg:pgEnum»(name, values);\n}` });
  return p.enumCreator;
}
