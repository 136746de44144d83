// One column becomes two.
import { integer, pgTable } from 'drizzle-orm/pg-core';

export const allocations = pgTable('allocations', { fundId: integer('fund_id').primaryKey(), investorId: integer('investor_id').notNull() });

// ---- after
import { integer, pgTable, primaryKey } from 'drizzle-orm/pg-core';

export const allocations = pgTable('allocations', { fundId: integer('fund_id').notNull(), investorId: integer('investor_id').notNull() }, (t) => [primaryKey({ columns: [t.fundId, t.investorId] })]);
