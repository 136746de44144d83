// A value goes; rows that hold it become another.
// map: public.fund_status.archived=closed
import { index, pgEnum, pgTable, serial } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';

export const fundStatus = pgEnum('fund_status', ['draft', 'open', 'closed', 'archived']);
export const funds = pgTable('funds', { id: serial().primaryKey(), status: fundStatus().notNull().default('draft'), past: fundStatus().array() }, (t) => [index('funds_open_idx').on(t.status).where(sql`status = 'open'`)]);

// ---- after
import { index, pgEnum, pgTable, serial } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';

export const fundStatus = pgEnum('fund_status', ['draft', 'open', 'closed']);
export const funds = pgTable('funds', { id: serial().primaryKey(), status: fundStatus().notNull().default('draft'), past: fundStatus().array() }, (t) => [index('funds_open_idx').on(t.status).where(sql`status = 'open'`)]);
