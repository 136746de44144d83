import { integer, pgTable, text } from 'drizzle-orm/pg-core';
export const set = pgTable('set_identity', { id: integer().notNull(), name: text(), code: text().notNull() });
export const drop = pgTable('drop_identity', { id: integer().generatedAlwaysAsIdentity(), name: text().notNull(), code: text() });
