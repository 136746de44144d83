// Short locks are tried again.
// retries: 5
import { pgTable, serial, text } from 'drizzle-orm/pg-core';

export const funds = pgTable('funds', { id: serial().primaryKey(), name: text().notNull() });

// ---- after
import { integer, pgTable, serial, text } from 'drizzle-orm/pg-core';

export const funds = pgTable('funds', { id: serial().primaryKey(), name: text().default('new'), vintage: integer() });
