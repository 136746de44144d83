import { pgEnum, pgTable } from 'drizzle-orm/pg-core';
export const status = pgEnum('order_status', ['placed', 'shipped', 'done']);
export const orders = pgTable('orders', { status: status().default('placed') });
