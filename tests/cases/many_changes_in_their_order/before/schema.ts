import { sql } from 'drizzle-orm';
import { check, index, integer, pgEnum, pgPolicy, pgTable, serial, text, unique } from 'drizzle-orm/pg-core';
export const phase = pgEnum('phase', ['open', 'closed']);
export const funds = pgTable('funds', { id: serial().primaryKey(), phase: phase(), name: text(), legacy: text() }, (t) => [
  index('funds_name').on(t.name), unique('funds_legacy').on(t.legacy), check('funds_check', sql`${t.name} <> ''`),
]);
export const results = pgTable('monte_carlo_results', { id: serial().primaryKey(), fundId: integer().references(() => funds.id), seed: integer() }, () => [
  pgPolicy('everybody', { using: sql`true` }),
]);
export const scenarios = pgTable('scenarios', { id: serial().primaryKey(), fundId: integer().references(() => funds.id) });
