import { pgTable, serial } from 'drizzle-orm/pg-core';
export const contacts = pgTable('contacts', { id: serial().primaryKey() });
