// A required column with an index and a unique constraint on it.
import { index, pgTable, serial, text, unique, varchar } from 'drizzle-orm/pg-core';

export const investors = pgTable('investors', { id: serial().primaryKey(), region: text().notNull(), taxCode: varchar('tax_code', { length: 20 }).notNull() }, (t) => [index('investors_tax_idx').on(t.taxCode), unique('investors_region_tax_key').on(t.region, t.taxCode)]);

// ---- after
import { pgTable, serial, text } from 'drizzle-orm/pg-core';

export const investors = pgTable('investors', { id: serial().primaryKey(), region: text().notNull() });
