import { integer, pgTable, smallint, text } from 'drizzle-orm/pg-core';
export const counters = pgTable('counters', {
  a: integer().generatedByDefaultAsIdentity(),
  b: integer().generatedByDefaultAsIdentity({ startWith: 20, increment: 1, minValue: 1, maxValue: 500, cache: 3 }),
  c: integer().notNull(),
  d: smallint().generatedAlwaysAsIdentity({ cycle: false, increment: -1 }),
});
export const quiet = pgTable('quiet', { a: integer().generatedAlwaysAsIdentity({ name: 'quiet_new' }), n: text().notNull() });
