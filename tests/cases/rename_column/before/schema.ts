import { pgTable, serial, text } from 'drizzle-orm/pg-core';
export const invoices = pgTable('invoices', {
  id: serial('id').primaryKey(),
  mail: text('mail').notNull().unique(),
  paidNote: text('paid_note'),
});
