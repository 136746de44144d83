import { pgTable, text } from 'drizzle-orm/pg-core';
export const sessions = pgTable('sessions', { address: text(), key: text(), place: text(), label: text() });
