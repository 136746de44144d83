// Text that does not always convert: what does not is set aside.
// quarantine: public.scenarios.weight
// quarantine: public.scenarios.horizon
// backfill: public.scenarios.horizon=0
import { pgTable, serial, text, varchar } from 'drizzle-orm/pg-core';

export const scenarios = pgTable('scenarios', {
  id: serial().primaryKey(),
  weight: text(),
  horizon: varchar({ length: 40 }).notNull(),
});

// ---- after
import { date, integer, pgTable, serial } from 'drizzle-orm/pg-core';

export const scenarios = pgTable('scenarios', {
  id: serial().primaryKey(),
  weight: date(),
  horizon: integer().notNull(),
});
