import { pgTable, serial } from 'drizzle-orm/pg-core';
export const beta = pgTable('beta', { id: serial() });
