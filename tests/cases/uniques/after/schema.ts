import { integer, pgTable, text, unique } from 'drizzle-orm/pg-core';
export const orders = pgTable('orders', { id: integer(), code: text(), region: text().unique('one_region', { nulls: 'not distinct' }), slot: integer().unique() }, (t) => [
  unique('by_region').on(t.region, t.id),
  unique('renamed').on(t.id, t.slot),
  unique('loose').on(t.slot).nullsNotDistinct(),
]);
