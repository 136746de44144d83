import { integer, pgTable, serial } from 'drizzle-orm/pg-core';
export const scenarioCases = pgTable('scenario_cases', {
  id: serial().primaryKey(),
  scenarioId: integer('scenario_id'),
});
