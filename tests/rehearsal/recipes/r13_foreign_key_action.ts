// What a delete does changes; there is no moment without the key.
import { integer, pgTable, serial } from 'drizzle-orm/pg-core';

export const funds = pgTable('funds', { id: serial().primaryKey() });
export const fees = pgTable('fees', { id: serial().primaryKey(), fundId: integer('fund_id').references(() => funds.id) });

// ---- after
import { integer, pgTable, serial } from 'drizzle-orm/pg-core';

export const funds = pgTable('funds', { id: serial().primaryKey() });
export const fees = pgTable('fees', { id: serial().primaryKey(), fundId: integer('fund_id').references(() => funds.id, { onDelete: 'cascade' }) });
