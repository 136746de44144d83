// A foreign key and the index that it needs.
import { integer, pgTable, serial } from 'drizzle-orm/pg-core';

export const funds = pgTable('funds', { id: serial().primaryKey() });
export const commitments = pgTable('commitments', { id: serial().primaryKey(), fundId: integer('fund_id') });

// ---- after
import { index, integer, pgTable, serial } from 'drizzle-orm/pg-core';

export const funds = pgTable('funds', { id: serial().primaryKey() });
export const commitments = pgTable('commitments', { id: serial().primaryKey(), fundId: integer('fund_id').references(() => funds.id, { onDelete: 'restrict' }) }, (t) => [index('commitments_fund_idx').on(t.fundId)]);
