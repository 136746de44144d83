import { pgEnum, pgTable } from 'drizzle-orm/pg-core';
export const status = pgEnum('order_status', ['draft', 'placed', 'packed', 'shipped', 'done', 'returned', "buyer's"]);
export const orders = pgTable('orders', { status: status().default('placed') });
