// Policies before the switch that makes them count; another one changes in one transaction.
import { integer, pgPolicy, pgTable, serial } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';

export const memos = pgTable('memos', { id: serial().primaryKey(), tenant: integer().notNull() });
export const notes = pgTable('notes', { id: serial().primaryKey(), tenant: integer() }, (t) => [pgPolicy('notes_read', { for: 'select', using: sql`tenant = 1` })]);

// ---- after
import { integer, pgPolicy, pgTable, serial } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';

export const memos = pgTable('memos', { id: serial().primaryKey(), tenant: integer().notNull() }, (t) => [pgPolicy('memos_read', { for: 'select', using: sql`tenant = 1` })]);
export const notes = pgTable('notes', { id: serial().primaryKey(), tenant: integer() }, (t) => [pgPolicy('notes_read', { for: 'select', using: sql`tenant in (0, 1)` })]);
