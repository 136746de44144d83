import { pgEnum, pgSchema, pgTable, serial } from 'drizzle-orm/pg-core';
export const crm = pgSchema('crm');
export const status = pgEnum('order_status', ['placed', 'shipped', 'done']);
export const level = crm.enum('level', ['low', 'mid', 'high']);
export const orders = pgTable('orders', { id: serial().primaryKey(), status: status().default('placed'), before: status('status_before'), all: status('all_statuses').array() });
export const deals = crm.table('deals', { level: level().notNull().default('mid') });
