import { boolean, integer, pgTable, serial, text, timestamp } from 'drizzle-orm/pg-core';
export const funds = pgTable('funds', {
  id: serial().primaryKey(),
  strategy: text(),
  currency: text().notNull().default('USD'),
  checks: integer().default(25),
  open: boolean().default(true),
  closedAt: timestamp('closed_at').notNull(),
  note: text().default('n/a'),
});
