import { pgTable, serial } from 'drizzle-orm/pg-core';
export const calls = pgTable('calls', { id: serial().primaryKey() });
