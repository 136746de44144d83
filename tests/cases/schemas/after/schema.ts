import { integer, pgSchema, serial } from 'drizzle-orm/pg-core';
export const crm = pgSchema('sales');
export const billing = pgSchema('billing');
const hidden = pgSchema('hidden');
export const contacts = crm.table('contacts', { id: serial().primaryKey() });
export const invoices = billing.table('invoices', { id: serial().primaryKey(), contactId: integer('contact_id').references(() => contacts.id) });
export const secrets = hidden.table('secrets', { id: serial().primaryKey(), invoiceId: integer().references(() => invoices.id) });
