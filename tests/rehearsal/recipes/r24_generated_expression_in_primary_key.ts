// The expression of a generated column changes, and others refer to the primary key that it is in; a
// second table's key becomes computed, a third one's is no longer.
// backfill: public.lots.rank=1
import { foreignKey, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';

export const lots = pgTable(
  'lots',
  { units: integer().notNull(), twice: integer().generatedAlwaysAs(sql`units * 2`), memo: text() },
  (t) => [primaryKey({ columns: [t.units, t.twice] })],
);
export const orders = pgTable('orders', { id: integer().primaryKey(), units: integer(), twice: integer() }, (t) => [
  foreignKey({ columns: [t.units, t.twice], foreignColumns: [lots.units, lots.twice], name: 'orders_lot_fk' }),
]);
export const rounds = pgTable('rounds', { number: integer().primaryKey(), serial: integer().notNull().unique() });
export const notices = pgTable('notices', { number: integer().primaryKey().generatedAlwaysAs(sql`day + 1`), day: integer().notNull() });

// ---- after
import { foreignKey, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';

export const lots = pgTable(
  'lots',
  { units: integer().notNull(), twice: integer().generatedAlwaysAs(sql`units * 2 + 0`), memo: text(), rank: integer().notNull() },
  (t) => [primaryKey({ columns: [t.units, t.twice] })],
);
export const orders = pgTable('orders', { id: integer().primaryKey(), units: integer(), twice: integer() }, (t) => [
  foreignKey({ columns: [t.units, t.twice], foreignColumns: [lots.units, lots.twice], name: 'orders_lot_fk' }),
]);
export const rounds = pgTable('rounds', { number: integer().primaryKey().generatedAlwaysAs(sql`serial * 10`), serial: integer().notNull().unique() });
export const notices = pgTable('notices', { number: integer().primaryKey(), day: integer().notNull() });
