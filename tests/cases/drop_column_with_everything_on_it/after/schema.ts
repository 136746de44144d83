import { pgTable, serial } from 'drizzle-orm/pg-core';
export const tenants = pgTable('tenants', { id: serial().primaryKey() });
export const orders = pgTable('orders', { id: serial().primaryKey() });
