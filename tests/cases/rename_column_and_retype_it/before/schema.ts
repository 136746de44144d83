import { numeric, pgTable, serial } from 'drizzle-orm/pg-core';
export const investments = pgTable('investments', { id: serial().primaryKey(), amount: numeric({ precision: 12, scale: 2 }) });
