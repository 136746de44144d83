import { pgSchema, serial, text } from 'drizzle-orm/pg-core';
export const simulation = pgSchema('simulation');
export const results = simulation.table('monte_carlo_results', { id: serial().primaryKey(), seed: text() });
