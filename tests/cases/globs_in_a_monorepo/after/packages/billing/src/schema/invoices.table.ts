import { pgTable, serial } from 'drizzle-orm/pg-core';
import { billing } from '../schemas';
export const invoices = billing.table('invoices', { id: serial().primaryKey() });
export const creditNotes = pgTable('credit_notes', { id: serial().primaryKey() });
