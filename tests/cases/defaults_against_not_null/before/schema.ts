import { integer, pgTable, serial, text, timestamp } from 'drizzle-orm/pg-core';
export const funds = pgTable('funds', { id: serial().primaryKey(), size: integer() });
