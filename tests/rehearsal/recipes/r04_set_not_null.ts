// NULLs get a value that depends on the row.
// backfill: public.investors.email='unknown-' || t.id || '@invalid'
import { pgTable, serial, text } from 'drizzle-orm/pg-core';

export const investors = pgTable('investors', { id: serial().primaryKey(), email: text() });

// ---- after
import { pgTable, serial, text } from 'drizzle-orm/pg-core';

export const investors = pgTable('investors', { id: serial().primaryKey(), email: text().notNull() });
