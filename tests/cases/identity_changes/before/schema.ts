import { integer, pgTable, smallint, text } from 'drizzle-orm/pg-core';
export const counters = pgTable('counters', {
  a: integer().generatedAlwaysAsIdentity(),
  b: integer().generatedByDefaultAsIdentity({ startWith: 10, increment: 5 }),
  c: integer().notNull(),
  d: smallint().generatedAlwaysAsIdentity({ cycle: true }),
});
export const quiet = pgTable('quiet', { a: integer().generatedAlwaysAsIdentity({ name: 'quiet_old' }), n: text().notNull() });
