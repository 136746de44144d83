import { integer, pgTable, text, unique } from 'drizzle-orm/pg-core';
export const orders = pgTable('orders', { id: integer(), code: text().unique(), region: text(), slot: integer() }, (t) => [
  unique('by_region').on(t.region, t.slot),
  unique().on(t.id, t.slot),
  unique('loose').on(t.slot),
]);
