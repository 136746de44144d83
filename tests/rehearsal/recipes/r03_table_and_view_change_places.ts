// A table is dropped for a view of its name, and a view for a table.
import { integer, pgTable, pgView, serial, text } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';

export const funds = pgTable('funds', { id: serial().primaryKey(), amount: integer(), memo: text() });
export const totals = pgTable('totals', { id: serial().primaryKey(), amount: integer() });
export const memos = pgView('memos', { id: integer(), memo: text() }).as(sql`select id, memo from funds`);

// ---- after
import { integer, pgTable, pgView, serial, text } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';

export const funds = pgTable('funds', { id: serial().primaryKey(), amount: integer(), memo: text() });
export const totals = pgView('totals', { id: integer(), amount: integer() }).as(sql`select id, amount from funds`);
export const memos = pgTable('memos', { id: serial().primaryKey(), memo: text() });
