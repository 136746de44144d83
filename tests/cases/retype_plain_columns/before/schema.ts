import { char, date, doublePrecision, integer, numeric, pgTable, smallint, text, timestamp, varchar } from 'drizzle-orm/pg-core';
export const waterfalls = pgTable('carry_waterfalls', {
  hurdle: numeric({ precision: 10, scale: 4 }),
  carry: doublePrecision().notNull(),
  tier: integer().default(1),
  name: varchar({ length: 200 }),
  code: char({ length: 3 }),
  closing: timestamp({ withTimezone: true }),
  opened: date(),
  seats: smallint(),
  note: text().default('none'),
  at: timestamp({ precision: 3 }),
});
