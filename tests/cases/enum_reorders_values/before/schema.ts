import { pgEnum, pgTable } from 'drizzle-orm/pg-core';
export const round = pgEnum('round', ['seed', 'series_a', 'series_b']);
export const rounds = pgTable('rounds', { round: round().notNull() });
