import { sql } from 'drizzle-orm';
import { index, pgTable, unique } from 'drizzle-orm/pg-core';

const byName = (t: { name: never }) => [index('by_name').on(t.name)];
export const a = pgTable('a', (t) => ({ id: t.integer().primaryKey(), name: t.varchar({ length: 20 }), kind: t.customType<{ data: string }>({ dataType: () => 'citext' })() }), (t) => {
  const both = [t.id, t.name] as const;
  return [unique('both').on(...both), ...byName(t as never), sql`junk`, [t.id, t.name], null as never, index('nested').on(t.id)];
});
export const b = pgTable('b', ({ text, uuid }) => ({ id: uuid().defaultRandom(), note: text() }), (t) => [[index('inner').on(t.note)]] as never);
