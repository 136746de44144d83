import { pgTable, serial } from 'drizzle-orm/pg-core';
export const notRead = pgTable('not_read', { id: serial().primaryKey() });
