import { sql, type SQL } from 'drizzle-orm';
import { integer, numeric, pgTable, text } from 'drizzle-orm/pg-core';
export const positions = pgTable('positions', {
  shares: integer().notNull(),
  price: numeric().notNull(),
  value: numeric().generatedAlwaysAs((): SQL => sql`${positions.shares} * ${positions.price}`),
  cost: numeric().generatedAlwaysAs(sql`shares * price * 1.01`),
  label: text(),
});
