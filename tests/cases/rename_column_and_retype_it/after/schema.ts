import { bigint, pgTable, serial } from 'drizzle-orm/pg-core';
export const investments = pgTable('investments', {
  id: serial().primaryKey(),
  amountCents: bigint('amount_cents', { mode: 'number' }).notNull().default(0),
});
