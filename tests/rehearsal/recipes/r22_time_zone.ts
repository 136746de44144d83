// The zone is stated, never that of the session.
// backfill: public.calls.at="at" AT TIME ZONE 'UTC'
import { pgTable, serial, timestamp } from 'drizzle-orm/pg-core';

export const calls = pgTable('calls', { id: serial().primaryKey(), at: timestamp() });

// ---- after
import { pgTable, serial, timestamp } from 'drizzle-orm/pg-core';

export const calls = pgTable('calls', { id: serial().primaryKey(), at: timestamp({ withTimezone: true }) });
