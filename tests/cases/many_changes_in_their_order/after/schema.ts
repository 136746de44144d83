import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgEnum, pgPolicy, pgTable, serial, text, unique, varchar } from 'drizzle-orm/pg-core';
export const phase = pgEnum('phase', ['raising', 'open', 'closed']);
export const mode = pgEnum('mode', ['fast', 'exact']);
export const funds = pgTable('funds', { id: serial().primaryKey(), phase: phase().default('open'), name: varchar({ length: 80 }).notNull(), slug: text() }, (t) => [
  index('funds_name').on(t.name, t.slug), unique('funds_slug').on(t.slug), check('funds_check', sql`${t.name} <> 'x'`),
]);
export const results = pgTable('monte_carlo_results', { id: serial().primaryKey(), fundId: integer().references(() => funds.id, { onDelete: 'cascade' }), seed: bigint({ mode: 'number' }).notNull(), mode: mode() }, () => [
  pgPolicy('everybody', { using: sql`false` }),
]);
export const runs = pgTable('runs', { id: serial().primaryKey(), resultId: integer().references(() => results.id) }, (t) => [index().on(t.resultId)]);
