import { pgTable, serial } from 'drizzle-orm/pg-core';
export const visits = pgTable('visits', { id: serial().primaryKey() });
