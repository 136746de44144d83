// A unique constraint from an index that is built while writes go on.
import { pgTable, serial, text } from 'drizzle-orm/pg-core';

export const investors = pgTable('investors', { id: serial().primaryKey(), email: text() });

// ---- after
import { pgTable, serial, text } from 'drizzle-orm/pg-core';

export const investors = pgTable('investors', { id: serial().primaryKey(), email: text().unique() });
