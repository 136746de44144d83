import { integer, pgTable, text } from 'drizzle-orm/pg-core';
export const set = pgTable('set_identity', { id: integer().generatedAlwaysAsIdentity(), name: text().notNull(), code: text() });
export const drop = pgTable('drop_identity', { id: integer(), name: text(), code: text().notNull() });
