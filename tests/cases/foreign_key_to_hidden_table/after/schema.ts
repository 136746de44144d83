import { integer, pgTable, serial } from 'drizzle-orm/pg-core';
const hidden = pgTable('hidden', { id: serial().primaryKey() });
export const visible = pgTable('visible', { hiddenId: integer().references(() => hidden.id) });
