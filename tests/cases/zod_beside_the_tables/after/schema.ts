import { relations } from 'drizzle-orm';
import { jsonb, pgTable, serial, text } from 'drizzle-orm/pg-core';
import { assumptions, type Assumptions } from './assumptions';
export const scenarios = pgTable('scenarios', {
  id: serial('id').primaryKey(),
  name: text('name').notNull(),
  assumptions: jsonb('assumptions').$type<Assumptions>().notNull().default(assumptions),
});
export const scenarioRelations = relations(scenarios, () => ({}));
export type Scenario = typeof scenarios.$inferSelect;
export interface NewScenario extends Omit<typeof scenarios.$inferInsert, 'id'> {}
export const isScenario = (value: unknown): value is Scenario => typeof value === 'object' && value !== null && 'id' in value;
export class ScenarioError extends Error {
  constructor(readonly id: number) { super(`no scenario ${id}`); }
}
