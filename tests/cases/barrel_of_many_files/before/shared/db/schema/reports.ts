import { pgTable, serial } from 'drizzle-orm/pg-core';
export const reports = pgTable('reports', { id: serial('id').primaryKey() });
