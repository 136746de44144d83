import { pgTable, serial } from 'drizzle-orm/pg-core';
export const zulu = pgTable('zulu', { id: serial() });
