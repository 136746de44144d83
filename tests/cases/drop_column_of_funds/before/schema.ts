import { index, integer, numeric, pgTable, serial, text } from 'drizzle-orm/pg-core';
export const funds = pgTable('funds', {
  id: serial('id').primaryKey(),
  name: text('name').notNull(),
  size: numeric('size', { precision: 15, scale: 2 }).notNull(),
  vintageYear: integer('vintage_year').notNull(),
}, (t) => [index('funds_vintage_idx').on(t.vintageYear)]);
