import { pgTable, serial, text } from 'drizzle-orm/pg-core';
export const zulu = pgTable('zulu', { id: serial(), name: text() });
export const another = pgTable('another', { id: serial() });
