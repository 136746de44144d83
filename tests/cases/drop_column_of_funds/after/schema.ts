import { numeric, pgTable, serial, text } from 'drizzle-orm/pg-core';
export const funds = pgTable('funds', {
  id: serial('id').primaryKey(),
  name: text('name').notNull(),
  size: numeric('size', { precision: 15, scale: 2 }).notNull(),
});
