// Text that does not always convert.
// backfill: public.scenarios.weight=CASE WHEN "weight" ~ '^[0-9]+$' THEN "weight"::integer END
import { pgTable, serial, text } from 'drizzle-orm/pg-core';

export const scenarios = pgTable('scenarios', { id: serial().primaryKey(), weight: text() });

// ---- after
import { integer, pgTable, serial } from 'drizzle-orm/pg-core';

export const scenarios = pgTable('scenarios', { id: serial().primaryKey(), weight: integer() });
