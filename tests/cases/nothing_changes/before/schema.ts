import { sql } from 'drizzle-orm';
import { check, index, integer, numeric, pgTable, serial, text, unique } from 'drizzle-orm/pg-core';
export const tiers = pgTable('waterfall_tiers', {
  id: serial('id').primaryKey(),
  position: integer('position').notNull(),
  split: numeric('split', { precision: 5, scale: 4 }).default('0.8'),
  label: text('label'),
}, (t) => [index('tiers_position').on(t.position), unique('tiers_label').on(t.label), check('tiers_split', sql`${t.split} <= 1`)]);
