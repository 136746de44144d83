import { integer, pgEnum, pgSchema, pgSequence, pgTable, serial } from 'drizzle-orm/pg-core';
export const billing = pgSchema('billing');
export const state = billing.enum('invoice_state', ['open', 'paid']);
export const numbers = pgSequence('invoice_numbers');
export const rounds = pgEnum('round', ['seed', 'a']);
export const invoices = billing.table('invoices', { id: serial().primaryKey(), state: state() });
export const lines = billing.table('lines', { invoiceId: integer('invoice_id').references(() => invoices.id), round: rounds() });
