// The counter goes on where it stood.
import { pgTable, serial, text } from 'drizzle-orm/pg-core';

export const funds = pgTable('funds', { id: serial().primaryKey(), name: text() });

// ---- after
import { bigint, pgTable, text } from 'drizzle-orm/pg-core';

export const funds = pgTable('funds', { id: bigint({ mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(), name: text() });
