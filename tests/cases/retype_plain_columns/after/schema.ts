import { bigint, date, integer, numeric, pgTable, text, timestamp, uuid, varchar } from 'drizzle-orm/pg-core';
export const waterfalls = pgTable('carry_waterfalls', {
  hurdle: numeric({ precision: 10, scale: 1 }),
  carry: numeric({ precision: 8, scale: 6 }).notNull(),
  tier: bigint({ mode: 'number' }).default(2),
  name: varchar({ length: 50 }),
  code: text(),
  closing: date(),
  opened: timestamp(),
  seats: integer().notNull(),
  note: uuid(),
  at: timestamp({ precision: 6 }),
});
