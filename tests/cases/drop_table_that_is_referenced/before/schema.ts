import { integer, pgTable, serial, text } from 'drizzle-orm/pg-core';
export const scenarios = pgTable('scenarios', { id: serial().primaryKey(), name: text() });
export const scenarioCases = pgTable('scenario_cases', {
  id: serial().primaryKey(),
  scenarioId: integer('scenario_id').references(() => scenarios.id, { onDelete: 'cascade' }),
});
