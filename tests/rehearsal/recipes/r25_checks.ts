// Constraints are validated in the end, every one.
import { check, integer, pgTable, serial, text } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';

export const fees = pgTable('fees', { id: serial().primaryKey(), amount: integer().notNull(), kind: text() }, (t) => [check('fees_amount_check', sql`amount > 0`)]);

// ---- after
import { check, integer, pgTable, serial, text } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';

export const fees = pgTable('fees', { id: serial().primaryKey(), amount: integer().notNull(), kind: text() }, (t) => [check('fees_amount_check', sql`amount > -1`), check('fees_kind_check', sql`kind <> ''`)]);
