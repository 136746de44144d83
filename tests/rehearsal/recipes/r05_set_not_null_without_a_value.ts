// No NULL is there; PostgreSQL 18 has a constraint for it.
import { pgTable, timestamp, uuid } from 'drizzle-orm/pg-core';

export const calls = pgTable('capital_calls', { id: uuid().primaryKey(), dueOn: timestamp('due_on') });

// ---- after
import { pgTable, timestamp, uuid } from 'drizzle-orm/pg-core';

export const calls = pgTable('capital_calls', { id: uuid().primaryKey(), dueOn: timestamp('due_on').notNull() });
