import { pgTable, serial, text } from 'drizzle-orm/pg-core';
export const customers = pgTable('tenants', { displayName: text('display_name'), id: serial('id').primaryKey() });
