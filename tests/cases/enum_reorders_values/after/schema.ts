import { pgEnum, pgTable } from 'drizzle-orm/pg-core';
export const round = pgEnum('round', ['series_a', 'seed', 'series_b']);
export const rounds = pgTable('rounds', { round: round().notNull() });
