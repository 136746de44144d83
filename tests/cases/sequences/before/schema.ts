import { pgSchema, pgSequence } from 'drizzle-orm/pg-core';
export const billing = pgSchema('billing');
export const invoices = pgSequence('invoice_numbers', { startWith: 1000, increment: 1, cache: 20, cycle: true });
export const orders = billing.sequence('order_numbers', { minValue: 5, maxValue: '500' });
export const old = pgSequence('old_numbers', { increment: -2 });
