import { pgTable, serial, text } from 'drizzle-orm/pg-core';
export const invoices = pgTable('invoices', {
  id: serial('id').primaryKey(),
  billingEmail: text('billing_email').notNull().unique(),
  paidNote: text('paid_note'),
});
