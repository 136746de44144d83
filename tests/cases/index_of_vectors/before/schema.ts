import { pgTable, serial, vector } from 'drizzle-orm/pg-core';
export const memos = pgTable('memos', { id: serial().primaryKey(), embedding: vector({ dimensions: 3 }) });
