import { index, pgTable, text } from 'drizzle-orm/pg-core';
export const a = pgTable('a', { name: text() }, (t) => [index('by_name').on(t.name)]);
export const b = pgTable('b', { name: text() }, (t) => [index('by_name').on(t.name)]);
