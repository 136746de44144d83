import { sql } from 'drizzle-orm';
import { integer, numeric, pgTable, text } from 'drizzle-orm/pg-core';
export const positions = pgTable('positions', {
  shares: integer().notNull(),
  price: numeric().notNull(),
  value: numeric(),
  cost: numeric().generatedAlwaysAs(sql`shares * price`),
  label: text().generatedAlwaysAs(sql`'position'`),
});
