import { pgSchema, pgSequence } from 'drizzle-orm/pg-core';
export const billing = pgSchema('billing');
export const invoices = pgSequence('invoice_numbers', { startWith: 2000, increment: 2, cache: 20 });
export const orders = billing.sequence('order_numbers', { minValue: 5, maxValue: '5000' });
export const fresh = pgSequence('fresh_numbers', { increment: -1, cycle: true });
