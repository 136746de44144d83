// Both names work in between.
// rename: column:public.investors.fullname=display_name
import { pgTable, serial, text } from 'drizzle-orm/pg-core';

export const investors = pgTable('investors', { id: serial().primaryKey(), fullname: text().notNull(), note: text() });

// ---- after
import { pgTable, serial, text } from 'drizzle-orm/pg-core';

export const investors = pgTable('investors', { id: serial().primaryKey(), displayName: text('display_name').notNull(), note: text() });
