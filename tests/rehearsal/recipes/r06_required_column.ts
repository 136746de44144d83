// Required columns whose value is another one in every row.
// backfill: public.funds.public_id=md5(t.id::text)::uuid
import { pgTable, serial } from 'drizzle-orm/pg-core';

export const funds = pgTable('funds', { id: serial().primaryKey() });

// ---- after
import { pgTable, serial, timestamp, uuid } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';

export const funds = pgTable('funds', { id: serial().primaryKey(), publicId: uuid('public_id').notNull().unique(), openedAt: timestamp('opened_at').notNull().default(sql`clock_timestamp()`) });
