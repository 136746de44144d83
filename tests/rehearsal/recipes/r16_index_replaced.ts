// One index does more, another one goes.
import { index, integer, numeric, pgTable, serial } from 'drizzle-orm/pg-core';

export const fees = pgTable('fees', { id: serial().primaryKey(), year: integer(), amount: numeric() }, (t) => [index('fees_year_idx').on(t.year), index('fees_amount_idx').on(t.amount)]);

// ---- after
import { index, integer, numeric, pgTable, serial } from 'drizzle-orm/pg-core';

export const fees = pgTable('fees', { id: serial().primaryKey(), year: integer(), amount: numeric() }, (t) => [index('fees_year_idx').on(t.year, t.amount)]);
