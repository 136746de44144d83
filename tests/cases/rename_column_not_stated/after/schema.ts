import { pgTable, serial, text } from 'drizzle-orm/pg-core';
export const tenants = pgTable('tenants', { id: serial().primaryKey(), email: text() });
