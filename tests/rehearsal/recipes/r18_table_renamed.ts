// A view keeps the old name.
// rename: table:public.partners=public.investors
import { integer, pgTable, serial, text } from 'drizzle-orm/pg-core';

export const partners = pgTable('partners', { id: serial().primaryKey(), name: text().notNull().default('n') });
export const commitments = pgTable('commitments', { id: serial().primaryKey(), partnerId: integer('partner_id').references(() => partners.id) });

// ---- after
import { integer, pgTable, serial, text } from 'drizzle-orm/pg-core';

export const investors = pgTable('investors', { id: serial().primaryKey(), name: text().notNull().default('n') });
export const commitments = pgTable('commitments', { id: serial().primaryKey(), partnerId: integer('partner_id').references(() => investors.id) });
