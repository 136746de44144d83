import { pgSchema, pgTable, serial, text } from 'drizzle-orm/pg-core';
export const simulation = pgSchema('simulation');
export const results = pgTable('results', { id: serial().primaryKey(), seed: text() });
