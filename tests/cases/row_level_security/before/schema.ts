import { integer, pgTable } from 'drizzle-orm/pg-core';
export const off = pgTable('turned_on', { id: integer() });
export const on = pgTable('turned_off', { id: integer() }).enableRLS();
export const dropped = pgTable('dropped', { id: integer() }).enableRLS();
