// The expression of a generated column changes.
import { integer, pgTable, serial } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';

export const lots = pgTable('lots', { id: serial().primaryKey(), units: integer().notNull(), twice: integer().generatedAlwaysAs(sql`units * 2`) });

// ---- after
import { integer, pgTable, serial } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';

export const lots = pgTable('lots', { id: serial().primaryKey(), units: integer().notNull(), twice: integer().generatedAlwaysAs(sql`units * 3`) });
