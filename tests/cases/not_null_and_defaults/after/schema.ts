import { sql } from 'drizzle-orm';
import { boolean, integer, pgTable, serial, text, timestamp } from 'drizzle-orm/pg-core';
export const funds = pgTable('funds', {
  id: serial().primaryKey(),
  strategy: text().notNull().default('venture'),
  currency: text().default('EUR'),
  checks: integer().default(sql`25`),
  open: boolean().default(false).notNull(),
  closedAt: timestamp('closed_at').defaultNow(),
  note: text(),
});
