import { pgTable, serial, text } from 'drizzle-orm/pg-core';
export const alpha = pgTable('alpha', { id: serial(), name: text() });
