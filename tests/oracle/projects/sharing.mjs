// What tables share: builders, sets of columns, functions that make either, functions that make tables.
import { column } from './columns.mjs';
import { pascal, snake } from './project.mjs';
import { literal, propertyKey, string } from './values.mjs';
import { KEYS } from './words.mjs';

const imported = (name) => `«pg:${name}»`;

/** Columns of a table that is not there: shared ones refer to none. */
function members(p, keys) {
  const self = { mark: '', db: 'shared', columns: [] };
  return keys.map((key) => column(p, self, key, { call: imported, shared: true }));
}
const body = (p, columns, indent = '  ') => columns.map(({ key, text }) => `${indent}${propertyKey(p, key)}: ${text},`).join('\n');
const keysOf = (columns) => columns.map(({ text: _, ...known }) => known);

/** A builder, or a function that gives one, that many columns are made from. */
function sharedBuilder(p) {
  const { random } = p;
  const key = random.of(['money', 'tenantId', 'auditUser', 'percent', 'shortText', 'slugColumn']);
  const [made] = members(p, [key]);
  const { text: _, key: __, ...known } = made;
  const { category } = known;
  const more = () => random.of(['', '', '.notNull()', '.$type<never>()', '.unique()']);
  const add = (text) => p.builders.push({ ...known, text });
  switch (random.below(7)) {
    case 0: {
      const mark = p.declare(key, { init: made.text });
      return add(() => mark + more());
    }
    case 1: {
      const mark = p.declare(key, { init: `() => ${made.text}` });
      return add(() => `${mark}()${more()}`);
    }
    case 2: {
      const mark = p.declare(key, { text: (name) => `function ${name}(name: string) {\n  return «pg:numeric»(name, { precision: 20, scale: 2 });\n}` });
      return add((_, of) => `${mark}(${string(p, snake(of).replace(/\W+/g, '_') || 'x')})${more()}`);
    }
    case 3: {
      const mark = p.declare('Columns', { text: (name) => `class ${name} {\n  static ${key} = ${made.text};\n  static make${pascal(key)}(length = 40) {\n    return «pg:varchar»({ length });\n  }\n}` });
      return add(() => (random.chance(0.5) ? `${mark}.${key}` : `${mark}.make${pascal(key)}(${random.of(['', '10', 'undefined'])})`) + more());
    }
    case 4: {
      const mark = p.declare('columnsOf', { init: `{\n  ${key}: ${made.text},\n  reference: (name: string) => «pg:uuid»(name),\n}` });
      return add((_, of) => (random.chance(0.5) ? `${mark}.${key}${more()}` : `${mark}.reference(${literal(p, `${snake(of).replace(/\W+/g, '_')}_ref`)})`));
    }
    case 5: {
      const mark = p.declare(`${key}Column`, { init: `(name: string, { required = false, length = 20 }: { required?: boolean; length?: number } = {}) => {\n  const made = «pg:varchar»(name, { length });\n  return required ? made.notNull() : made;\n}` });
      return add((_, of) => `${mark}(${literal(p, `${snake(of).replace(/\W+/g, '_') || 'x'}`)}${random.of(['', ', { required: true }', ', { length: 7 }', ', {}'])})`);
    }
    default: {
      const mark = p.declare('withDefault', { text: (name) => `function ${name}<T extends «pgt:PgColumnBuilderBase»>(builder: T, value?: unknown): T {\n  return (value === undefined ? builder : (builder as any).default(value)) as T;\n}` });
      return add(() => `${mark}(${made.text}${random.chance(0.5) && category === 'string' ? `, ${literal(p, 'given')}` : ''})`);
    }
  }
}

/** Columns that many tables spread. */
function columnSet(p) {
  const { random } = p;
  const keys = random.some(random.chance(0.5) ? ['createdAt', 'updatedAt', 'deletedAt'] : KEYS, 3);
  const columns = members(p, keys);
  const add = (spread, of = columns) => p.columnSets.push({ spread, columns: keysOf(of) });
  const name = random.of(['timestamps', 'auditColumns', 'common', 'softDelete', 'ownership']);
  switch (random.below(13)) {
    case 0:
    case 1: {
      const mark = p.declare(name, { init: `{\n${body(p, columns)}\n}${random.of(['', '', ' as const', ' satisfies Record<string, unknown>'])}` });
      return add(() => `...${mark}`);
    }
    case 2: {
      const mark = p.declare(name, { init: `() => ({\n${body(p, columns)}\n})` });
      return add(() => `...${mark}()`);
    }
    case 3: {
      const mark = p.declare(name, { text: (it) => `function ${it}() {\n  return {\n${body(p, columns, '    ')}\n  };\n}` });
      return add(() => `...${mark}()`);
    }
    case 4: {
      const mark = p.declare('prefixed', { text: (it) => `function ${it}<const P extends string>(prefix: P) {\n  return {\n    [\`\${prefix}Id\`]: «pg:uuid»(\`\${prefix}_id\`).notNull(),\n    [\`\${prefix}Name\` as const]: «pg:text»(\`\${prefix}_name\`),\n  };\n}` });
      return add(() => `...${mark}('fund')`, [{ key: 'fundId', category: 'uuid' }, { key: 'fundName', category: 'string' }]);
    }
    case 5: {
      const mark = p.declare(name, { init: `Object.fromEntries(\n  [${keys.map((key) => literal(p, key)).join(', ')}].map((key) => [key, «pg:numeric»(${random.of(['key', '`${key}_usd`', 'key.toUpperCase()', ''])})]),\n)` });
      return add(() => `...${mark}`, keys.map((key) => ({ key, category: 'string' })));
    }
    case 6: {
      const mark = p.declare(name, { init: `[${keys.map((key) => literal(p, key)).join(', ')}].reduce((all, key) => ({ ...all, [key]: «pg:text»(key) }), {} as Record<string, any>)` });
      return add(() => `...${mark}`, keys.map((key) => ({ key, category: 'string' })));
    }
    case 7: {
      const mark = p.declare(name, { text: (it) => `function ${it}() {\n  const columns: Record<string, any> = {};\n  for (const key of [${keys.map((key) => literal(p, key)).join(', ')}]) {\n    columns[key] = «pg:integer»(key${random.of(['', '.toLowerCase()'])}).default(0);\n  }\n  return columns;\n}` });
      return add(() => `...${mark}()`, keys.map((key) => ({ key, category: 'number' })));
    }
    case 8: {
      const mark = p.declare(`${name}Of`, { init: `(with${pascal(keys[0])} = true, more: Record<string, any> = {}) => ({\n${body(p, columns.slice(1))}\n  ...(with${pascal(keys[0])} ? {\n${body(p, columns.slice(0, 1), '    ')}\n  } : {}),\n  ...more,\n})` });
      return random.chance(0.5) ? add(() => `...${mark}()`) : add(() => `...${mark}(false, { extra: «pg:boolean»() })`, [...columns.slice(1), { key: 'extra', category: 'boolean' }]);
    }
    case 9: {
      if (columns.length < 2) return columnSet(p);
      const mark = p.declare(name, { init: `{\n${body(p, columns)}\n}` });
      const key = columns[0].key;
      const rest = p.declare(`${name}Rest`, { text: (it) => `const { ${key}: _${it}, ...${it} } = ${mark};` });
      return add(() => `...${rest}`, columns.slice(1));
    }
    case 10: {
      const mark = p.declare('omit', { text: (it) => `function ${it}<T extends object, K extends keyof T>(of: T, ...keys: K[]) {\n  return Object.fromEntries(Object.entries(of).filter(([key]) => !keys.includes(key as K))) as Omit<T, K>;\n}` });
      const base = p.declare(name, { init: `{\n${body(p, columns)}\n}` });
      return add(() => `...${mark}(${base}, ${literal(p, columns[0].key)})`, columns.slice(1));
    }
    case 11: {
      const mark = p.declare('Mixins', { text: (it) => `namespace ${it} {\n  export const ${name} = {\n${body(p, columns, '    ')}\n  };\n}` });
      return add(() => `...${mark}.${name}`);
    }
    default: {
      const mark = p.declare('TableBase', { text: (it) => `abstract class ${it} {\n  private static made = 0;\n  static get columns() {\n    return {\n${body(p, columns, '      ')}\n    };\n  }\n}` });
      return add(() => `...${mark}.columns`);
    }
  }
}

/** pgTableCreator, and functions that are called like pgTable. */
function tableMaker(p) {
  const { random } = p;
  const prefix = random.of(['app_', 'vc-', 'fund_os_']);
  // `spreads`: it wants the columns as an object.
  const add = (text, spreads = false) => p.tableMakers.push({ text, spreads });
  switch (random.below(8)) {
    case 0:
    case 1: {
      const mark = p.declare('createTable', { init: `«pg:pgTableCreator»((name) => \`${prefix}\${name}\`)` });
      return add((args) => `${mark}(${args})`);
    }
    case 2: {
      const prefixMark = p.declare('TABLE_PREFIX', { init: literal(p, prefix) });
      const mark = p.declare('createTable', { init: `«pg:pgTableCreator»(function (name: string) {\n  return ${prefixMark} + name;\n})` });
      return add((args) => `${mark}(${args})`);
    }
    case 3: {
      const mark = p.declare('pluralTable', { init: "«pg:pgTableCreator»((name) => (name.endsWith('s') ? name : `${name}s`))" });
      return add((args) => `${mark}(${args})`);
    }
    case 4: {
      const mark = p.declare('tableWithId', { text: (it) => `function ${it}(name: string, columns: Record<string, any>, extra?: any) {\n  return «pg:pgTable»(name, { pk: «pg:serial»().primaryKey(), ...columns }, extra);\n}` });
      return add((args) => `${mark}(${args})`, true);
    }
    case 5: {
      const mark = p.declare('securedTable', { init: '((...args: Parameters<typeof «pg:pgTable»>) => «pg:pgTable»(...args).enableRLS()) as typeof «pg:pgTable»' });
      return add((args) => `${mark}(${args})`);
    }
    case 6: {
      const mark = p.declare('tenantTable', { init: `(name: string, columns: any, extra: (t: any) => any[] = () => []) =>\n  «pg:pgTable»(name, { ...columns, tenant: «pg:uuid»('tenant') }, (t: any) => [\n    «pg:index»(\`\${name}_tenant_idx\`).on(t.tenant),\n    ...Object.values(extra(t)),\n  ])` });
      return add((args) => `${mark}(${args})`, true);
    }
    default: {
      const mark = p.declare('table', { init: '«pg:pgTable»' });
      return add((args) => `${mark}(${args})`);
    }
  }
}

/** Makes what a few tables will share. */
export function share(p) {
  const { random } = p;
  for (let i = random.below(3); i > 0; i--) sharedBuilder(p);
  for (let i = random.below(3); i > 0; i--) columnSet(p);
  if (random.chance(0.25)) tableMaker(p);
}
