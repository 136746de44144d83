import { bigserial, integer, pgTable, serial } from 'drizzle-orm/pg-core';
export const ledger = pgTable('ledger', {
  a: serial().primaryKey(),
  b: integer(),
  c: serial(),
  d: integer().generatedAlwaysAsIdentity(),
  e: bigserial({ mode: 'bigint' }),
});
