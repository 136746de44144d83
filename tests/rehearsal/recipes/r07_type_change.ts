// A type that writes the table anew, with an index and a default on it.
import { index, integer, pgTable, serial } from 'drizzle-orm/pg-core';

export const carryWaterfalls = pgTable('carry_waterfalls', { id: serial().primaryKey(), amountCents: integer('amount_cents').notNull().default(0) }, (t) => [index('carry_amount_idx').on(t.amountCents)]);

// ---- after
import { bigint, index, pgTable, serial } from 'drizzle-orm/pg-core';

export const carryWaterfalls = pgTable('carry_waterfalls', { id: serial().primaryKey(), amountCents: bigint('amount_cents', { mode: 'number' }).notNull().default(0) }, (t) => [index('carry_amount_idx').on(t.amountCents)]);
