// A definition changes, and nobody finds the view missing or empty.
import { integer, pgMaterializedView, pgTable, serial } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';

export const funds = pgTable('funds', { id: serial().primaryKey(), amount: integer() });
export const totals = pgMaterializedView('totals', { id: integer(), amount: integer() }).as(sql`select id, 1 as amount from funds`);

// ---- after
import { integer, pgMaterializedView, pgTable, serial } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';

export const funds = pgTable('funds', { id: serial().primaryKey(), amount: integer() });
export const totals = pgMaterializedView('totals', { id: integer(), amount: integer() }).as(sql`select id, amount from funds`);
