// A backup with its registry: two columns go at once.
import { pgTable, serial, text } from 'drizzle-orm/pg-core';

export const funds = pgTable('funds', { id: serial().primaryKey(), name: text().notNull(), memo: text(), legacyCode: text('legacy_code') });

// ---- after
import { pgTable, serial, text } from 'drizzle-orm/pg-core';

export const funds = pgTable('funds', { id: serial().primaryKey(), name: text().notNull() });
