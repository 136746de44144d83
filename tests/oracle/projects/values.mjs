// Expressions that give a wanted value, from the literal to the long way round.
import { constantName } from './words.mjs';

/** A string literal, in one of the ways to write one. */
export function literal(p, text, { template = true } = {}) {
  const { random } = p;
  const quote = template && random.chance(0.05) ? '`' : p.habits.quote;
  const escaped = text
    .replace(/\\/g, '\\\\').replaceAll(quote, `\\${quote}`).replace(/\n/g, '\\n').replace(/\t/g, '\\t');
  if (quote === '`') return `\`${escaped.replace(/\$\{/g, '\\${')}\``;
  if (random.chance(0.02)) return quote + [...escaped].map((c) => (/[a-z]/.test(c) && !escaped.includes('\\') && random.chance(0.2) ? `\\u{${c.codePointAt(0).toString(16)}}` : c)).join('') + quote;
  return quote + escaped + quote;
}

/** Characters that stay themselves in a template. */
const inTemplate = (text) => text.replace(/[\\`]|\$(?=\{)/g, '\\$&').replace(/\n/g, '\\n');

/** A string with the value `text`. */
export function string(p, text) {
  const { random } = p;
  if (!random.chance(p.habits.computed)) return literal(p, text);
  const cut = random.below(text.length + 1);
  const [left, right] = [text.slice(0, cut), text.slice(cut)];
  const way = random.below(19);
  switch (way) {
    case 0: return `${literal(p, left)} + ${literal(p, right)}`;
    case 1: return `\`\${${literal(p, left)}}${inTemplate(right)}\``;
    case 2: return constant(p, literal(p, text));
    case 3: return member(p, literal(p, text));
    case 4: return `[${literal(p, left)}, ${literal(p, right)}].join('')`;
    case 5: return text === text.toLowerCase() && text.toUpperCase().toLowerCase() === text ? `${literal(p, text.toUpperCase())}.toLowerCase()` : literal(p, text);
    case 6: return `${literal(p, `${left}@@${right}`)}.replace('@@', '')`;
    case 7: return `(${literal(p, text)} as string)`;
    case 8: return `(${random.of(['true', '1 < 2', "'x'", '!false'])} ? ${literal(p, text)} : ${literal(p, 'other')})`;
    case 9: return `(undefined ?? ${literal(p, text)})`;
    case 10: return text ? `(${random.of(["''", 'null', 'false', '0'])} || ${literal(p, text)})` : literal(p, text);
    case 11: return `((parts: string[]) => parts.join(''))([${literal(p, left)}, ${literal(p, right)}])`;
    case 12: return `${literal(p, `xx${text}`)}.${random.of(['slice(2)', 'substring(2)', "replace(/^x+?x/, '')"])}`;
    case 13: return `String(${literal(p, text)})`;
    case 14: return text.trim() === text ? `${literal(p, ` ${text}  `)}.trim()` : literal(p, text);
    case 15: return `${literal(p, left)}.concat(${literal(p, right)})`;
    case 16: return `${call(p, literal(p, text))}`;
    case 17: return /^[a-z]+$/.test(text) ? `${literal(p, text[0].toUpperCase() + text.slice(1))}.replace(/[A-Z]/g, (letter) => letter.toLowerCase())` : literal(p, text);
    default: return `${literal(p, [...text].reverse().join(''))}.split('').reverse().join('')`.replace(/.*/s, (made) => (/^[\x20-\x7e]*$/.test(text) ? made : literal(p, text)));
  }
}

/** A number with this value. */
export function number(p, value) {
  if (typeof value === 'bigint') return p.random.of([`${value}`, `${value}n`]);
  const { random } = p;
  if (!random.chance(p.habits.computed)) return String(value);
  const whole = Number.isSafeInteger(value) && value >= 0;
  switch (random.below(11)) {
    case 0: return constant(p, String(value));
    case 1: return member(p, String(value));
    case 2: return whole ? `0x${value.toString(16)}` : `(${value})`;
    case 3: return whole && value > 999 ? String(value).replace(/(\d)(?=(\d{3})+$)/g, '$1_') : `+${value < 0 ? `(${value})` : value}`;
    case 4: return whole && value % 2 === 0 ? `${value / 2} * 2` : `${value} as number`;
    case 5: return `Number('${value}')`;
    case 6: return whole ? `${value}.0` : `(${value})`;
    case 7: return whole ? `[${Array(Math.min(value, 4)).fill('0').join(', ')}].length + ${value - Math.min(value, 4)}` : `(${value})`;
    case 8: return whole ? `parseInt('${value}px', 10)` : `parseFloat('${value}')`;
    case 9: return call(p, String(value));
    default: return `Math.max(${value}, ${value - 1})`;
  }
}

/** A truth value. */
export function boolean(p, value) {
  const { random } = p;
  if (!random.chance(p.habits.computed)) return String(value);
  return random.of(value
    ? ['!0', '!!1', '1 === 1', "'a' < 'b'", "['x'].includes('x')", "'k' in { k: 1 }", '!undefined', "typeof 1 === 'number'"]
    : ['!1', '!!0', "'a' === ('b' as string)", '[].length > 0', 'Boolean(null)', '2 < 1', "/^z/.test('a')"]);
}

/** An expression behind a name of its own. */
export function constant(p, init) {
  const found = p.random.chance(0.3) && p.constants?.get(init);
  if (found) return found;
  const mark = p.declare(constantName(p.random), { init: p.random.chance(0.3) && /^['"{[]/.test(init) ? `${init} as const` : init });
  (p.constants ??= new Map()).set(init, mark);
  return mark;
}

/** An expression as a member of something declared elsewhere. */
function member(p, init) {
  const { random } = p;
  const key = random.of(['value', 'name', 'max', 'primary', 'DEFAULT']);
  const other = `other: ${random.of(['1', "'x'", '[1, 2]', '{}'])}`;
  if (/^(?:"[\w ]*"|\d+)$/.test(init) && random.chance(0.4)) return `${p.declare('settings', { json: `{ "${key}": ${init}, "list": [1, { "a": null }] }` })}.${key}`;
  switch (random.below(12)) {
    case 9: return `Object.entries(${p.declare(constantName(random), { init: `{ ${key}: ${init} }` })}).find(([key]) => key === '${key}')![1]`;
    case 10: return `${p.declare('found', { text: (it) => `const { ${key}: ${it} = 0, ...rest_${it} } = { ${key}: ${init}, ${other} }` + ';' })}`;
    case 11: return `${p.declare('picked', { text: (it) => `let ${it}: any;\nswitch (${random.of(['1 + 1', "'a'.length"])}) {\n  case 3:\n    ${it} = 0;\n    break;\n  default:\n    ${it} = ${init};\n}` })}`;
    case 0: return `${p.declare(constantName(random), { init: `{ ${key}: ${init}, ${other} } as const` })}.${key}`;
    case 1: return `${p.declare(constantName(random), { init: `{ ${key}: { deep: ${init} } }` })}.${key}.deep`;
    case 2: return `${p.declare('Limits', { text: (name) => `class ${name} {\n  static readonly ${key}X = ${init};\n}` })}.${key}X`;
    case 3: return `${p.declare('Names', { text: (name) => `namespace ${name} {\n  export const ${key} = ${init};\n}` })}.${key}`;
    case 4: return `${p.declare(constantName(random), { init: `[${init}, ${random.of(['1', "'x'"])}] as const` })}[0]`;
    case 5: return `${p.declare(constantName(random), { init: `Object.freeze({ ${key}: ${init} })` })}['${key}']`;
    case 6: return `${p.declare(constantName(random), { init: `new Map([['${key}', ${init}]])` })}.get('${key}')!`;
    case 7: return `${p.declare(constantName(random), { init: `{ get ${key}() { return ${init}; } }` })}?.${key}`;
    default: return `${p.declare(constantName(random), { init: `{ ${other}, ...{ ${key}: ${init} } } satisfies Record<string, unknown>` })}.${key}`;
  }
}

/** An expression given back by a function declared elsewhere. */
function call(p, init) {
  const { random } = p;
  const name = random.of(['make', 'identity', 'compute', 'resolveValue']);
  switch (random.below(6)) {
    case 0: return `${p.declare(name, { init: `() => ${init}` })}()`;
    case 1: return `${p.declare(name, { text: (it) => `function ${it}<T>(value: T): T {\n  return value;\n}` })}(${init})`;
    case 2: return `${p.declare(name, { init: `<T,>(value: T, ..._rest: unknown[]) => value` })}(${init}, 1, 2)`;
    case 3: return `${p.declare(name, { init: `({ value, fallback = 1 }: { value: unknown; fallback?: number }) => value ?? fallback` })}({ value: ${init} }) as never`;
    case 4: return `${p.declare(name, { text: (it) => `function ${it}(flag: boolean) {\n  if (flag) {\n    return ${init};\n  }\n  return undefined;\n}` })}(true)!`;
    default: return `(() => {\n  const made = ${init};\n  return made;\n})()`;
  }
}

/** The text of a property key. */
export function propertyKey(p, key) {
  const { random } = p;
  if (key === '__proto__') return `['__proto__']`;
  if (random.chance(p.habits.computed / 3)) return `[${literal(p, key)}]`;
  const plain = /^[A-Za-z_$äöü日本][\w$äöü日本]*$/.test(key) || /^(0|[1-9]\d*)$/.test(key);
  return plain && !random.chance(0.02) ? key : literal(p, key, { template: false });
}

/** How a property is read. */
export function access(p, owner, key) {
  const plain = /^[A-Za-z_$äöü日本][\w$äöü日本]*$/.test(key);
  return plain && !p.random.chance(0.02) ? `${owner}.${key}` : `${owner}[${/^(0|[1-9]\d*)$/.test(key) ? key : literal(p, key)}]`;
}

/** An array of these expressions, from the literal to the long way round. `local`: they mean something only here. */
export function array(p, items, { local = false } = {}) {
  const { random } = p;
  if (!random.chance(p.habits.computed)) return `[${items.join(', ')}]`;
  const [head, ...tail] = items;
  switch (random.below(9)) {
    case 7: return `Array.from({ length: ${items.length} }, (_, i) => [${items.join(', ')}][i])`;
    case 8: return `[[${items.join(', ')}], []].flatMap((it) => it)`;
    case 0: return local ? `[${items.join(', ')}] as const` : constant(p, `[${items.join(', ')}]`);
    case 1: return items.length ? `[${head}, ...[${tail.join(', ')}]]` : '[]';
    case 2: return `[${items.join(', ')}].filter(Boolean).concat([])`.replace(/.*/s, (made) => (items.every((it) => /^['"](?!['"])/.test(it)) ? made : `[${items.join(', ')}]`));
    case 3: return `Array.from([${items.join(', ')}])`;
    case 4: return `[...[${tail.join(', ')}], ${head ?? '0'}].${items.length ? 'slice(-1)' : 'slice(1)'}.concat([${tail.join(', ')}])`.replace(/.*/s, (made) => (items.length ? made : '[]'));
    case 5: return `Object.values({ ${items.map((item, i) => `k${i}: ${item}`).join(', ')} })`;
    default: return `[${items.join(', ')}].map((it) => it)`;
  }
}

const SCALARS = ['0', '1', '-1.5', '1e21', '1e-7', '0.1 + 0.2', '42', 'true', 'false', 'null', "'x'", "''", '"it is"', '1_000', '.5', '5.', '0b101', '2 ** 31', '10 / 4', "'ü'", '`t`'];

/** JSON-like data for json columns. */
export function data(p, depth = 0) {
  const { random } = p;
  if (depth > 2 || random.chance(depth ? 0.6 : 0.1)) return random.of(SCALARS);
  const items = Array.from({ length: random.below(4) }, () => data(p, depth + 1));
  if (random.chance(0.4)) return `[${items.join(', ')}]`;
  const keys = random.some(['a', 'b', 'theme', 'layout', "'with-dash'", '2', '1', 'enabled', "'x y'", 'nested'], 4);
  const members = keys.map((key, i) => `${key}: ${items[i] ?? random.of(SCALARS)}`);
  if (random.chance(0.05)) members.push(`gone: undefined`);
  if (random.chance(0.05)) members.push(`at: new Date('2024-02-29T12:00:00.000Z')`);
  if (random.chance(0.04)) members.push(`...${constant(p, `{ spread: ${random.of(SCALARS)} }`)}`);
  if (random.chance(0.04)) members.push(`fn() { return 1; }`);
  return `{ ${members.join(', ')} }`;
}
