import { pgTable, serial } from 'drizzle-orm/pg-core';
export const ignored = pgTable('ignored', { id: serial() });
