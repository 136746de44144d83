// What stands beside tables in real files and must not matter.
import { access, literal, number } from './values.mjs';

/** Adds a few things that drizzle-kit does not look at. */
export function declareNoise(p) {
  const { random } = p;
  const table = random.of(p.tables.filter(({ hidden }) => !hidden));
  if (!table) return;
  const { mark, columns } = table;
  const add = (name, made) => p.declare(name, { kind: 'noise', ...made });
  const other = random.of(p.tables);
  const key = random.of(columns)?.key ?? 'id';
  const of = `${mark.slice(1, -1)}`;
  switch (random.below(18)) {
    case 0:
    case 1:
    case 2: return add(`${of}Relations`, { init: `«orm:relations»(${mark}, ({ one, many }) => ({\n  parent: one(${other.mark}, { fields: [${access(p, mark, key)}], references: [${access(p, other.mark, random.of(other.columns)?.key ?? 'id')}] }),\n  children: many(${other.mark}),\n}))` });
    case 3: return add(`${of}Row`, { text: (name) => `type ${name} = typeof «~${of}».$inferSelect;` });
    case 4: return add(`New${of}`, { text: (name) => `type ${name} = Omit<«ormt:InferInsertModel»<typeof «~${of}»>, 'id'> & { extra?: string };` });
    case 5: return add(`insert${of}Schema`, { init: `«pkg:drizzle-zod#createInsertSchema»(${mark}, { id: (schema: any) => schema.min(1) }).omit({ id: true })` });
    case 6: return add(`${of}Input`, { init: `«zod:z».object({ name: «zod:z».string().min(1).max(100), kind: «zod:z».enum(['a', 'b']).default('a') }).strict()` });
    case 7: return add('db', { init: `«pkg:@fund/pool#connect»(process.env.DATABASE_URL, { schema: { ${of}: ${mark} } })`, kept: true });
    case 8: return add('describe', { text: (name) => `async function ${name}(id: string) {\n  const rows = await «pkg:@fund/db#db».select().from(${mark.replace('«', '«~')});\n  if (!rows.length) throw new Error(\`no \${id}\`);\n  return rows.map((row: any) => ({ ...row, at: new Date() }));\n}` });
    case 9: return add('Repository', { text: (name) => `class ${name} {\n  #cache = new Map<string, unknown>();\n  constructor(private readonly db = «pkg:@fund/db#db») {}\n  async find(id: string) {\n    return this.#cache.get(id) ?? this.db.query(${mark.replace('«', '«~')}, id);\n  }\n}` });
    case 10: return add('Shape', { text: (name) => `interface ${name}<T = unknown> {\n  id: string;\n  readonly value?: T;\n  [key: string]: unknown;\n}` });
    case 11: return add('schema', { init: `{ ${of}: ${mark} }` });
    case 12: return add('FLAGS', { init: `{ a: 1 << 0, b: 1 << 1, limit: ${number(p, 5)} } as const` });
    case 13: return add('isFund', { init: "(value: unknown): value is { id: string } => typeof value === 'object' && value !== null && 'id' in value" });
    case 14: return add('columnsOfTable', { init: `Object.keys(«orm:getTableColumns»(${mark}))` });
    case 15: return add(`select${of}Schema`, { init: `«pkg:drizzle-zod#createSelectSchema»(${mark}).extend({ at: «zod:z».coerce.date() })` });
    case 16: return add('cached', { init: `«pkg:react#cache»(async () => ${literal(p, 'x')})` });
    default: return add('StatusSchema', { init: `«zod:z».discriminatedUnion('kind', [«zod:z».object({ kind: «zod:z».literal('a') }), «zod:z».object({ kind: «zod:z».literal('b') })])` });
  }
}
