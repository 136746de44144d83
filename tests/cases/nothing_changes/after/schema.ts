// The same, said in another order and with helpers.
import { sql } from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
const share = (name: string) => pg.numeric(name, { scale: 4, precision: 5 });
export const waterfallTiers = pg.pgTable('waterfall_tiers', {
  label: pg.text('label'),
  split: share('split').default('0.8'),
  position: pg.integer('position').notNull(),
  id: pg.serial('id').primaryKey(),
}, (t) => ({
  check: pg.check('tiers_split', sql`${t.split} <= 1`),
  unique: pg.unique('tiers_label').on(t.label),
  index: pg.index('tiers_position').on(t.position),
}));
