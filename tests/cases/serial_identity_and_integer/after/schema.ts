import { bigint, integer, pgTable, serial } from 'drizzle-orm/pg-core';
export const ledger = pgTable('ledger', {
  a: integer().primaryKey(),
  b: serial(),
  c: integer().generatedByDefaultAsIdentity(),
  d: integer().notNull(),
  e: bigint({ mode: 'bigint' }).notNull(),
});
