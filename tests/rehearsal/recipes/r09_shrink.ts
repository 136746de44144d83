// Narrower types, one of which rounds.
import { numeric, pgTable, serial, varchar } from 'drizzle-orm/pg-core';

export const positions = pgTable('positions', { id: serial().primaryKey(), ticker: varchar({ length: 40 }), price: numeric({ precision: 12, scale: 4 }) });

// ---- after
import { numeric, pgTable, serial, varchar } from 'drizzle-orm/pg-core';

export const positions = pgTable('positions', { id: serial().primaryKey(), ticker: varchar({ length: 20 }), price: numeric({ precision: 12, scale: 2 }) });
