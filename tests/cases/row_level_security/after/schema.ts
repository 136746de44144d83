import { integer, pgTable } from 'drizzle-orm/pg-core';
export const off = pgTable('turned_on', { id: integer() }).enableRLS();
export const on = pgTable('turned_off', { id: integer() });
export const fresh = pgTable('fresh', { id: integer() }).enableRLS();
