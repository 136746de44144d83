import { sql } from 'drizzle-orm';
import { integer, pgView } from 'drizzle-orm/pg-core';
export const a = pgView('open_orders', { id: integer() }).as(sql`select 1 as id`);
export const b = pgView('open_orders', { id: integer() }).as(sql`select 2 as id`);
