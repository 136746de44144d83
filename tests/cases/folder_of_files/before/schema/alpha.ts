import { pgTable, serial } from 'drizzle-orm/pg-core';
export const alpha = pgTable('alpha', { id: serial() });
