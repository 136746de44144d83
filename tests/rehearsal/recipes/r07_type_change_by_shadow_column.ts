// A type change without a rewrite: a second column takes the place of the first.
// shadow: public.valuations.amount
// shadow: public.valuations.reported
// backfill: public.valuations.reported="reported" AT TIME ZONE 'UTC'
import { integer, numeric, pgTable, serial, timestamp } from 'drizzle-orm/pg-core';

export const valuations = pgTable('valuations', {
  id: serial().primaryKey(),
  amount: numeric({ precision: 12, scale: 4 }).notNull().default('0'),
  reported: timestamp(),
  round: integer(),
});

// ---- after
import { bigint, integer, pgTable, serial, timestamp } from 'drizzle-orm/pg-core';

export const valuations = pgTable('valuations', {
  id: serial().primaryKey(),
  amount: bigint({ mode: 'number' }).notNull().default(1),
  reported: timestamp({ withTimezone: true }),
  round: integer(),
});
