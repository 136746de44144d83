// A table between two others, with foreign keys both ways.
import { integer, pgTable, serial, text } from 'drizzle-orm/pg-core';

export const funds = pgTable('funds', { id: serial().primaryKey() });
export const memos = pgTable('memos', { id: serial().primaryKey(), fundId: integer('fund_id').references(() => funds.id), body: text() });
export const memoLines = pgTable('memo_lines', { id: serial().primaryKey(), memoId: integer('memo_id').references(() => memos.id) });

// ---- after
import { integer, pgTable, serial } from 'drizzle-orm/pg-core';

export const funds = pgTable('funds', { id: serial().primaryKey() });
export const memoLines = pgTable('memo_lines', { id: serial().primaryKey(), memoId: integer('memo_id') });
