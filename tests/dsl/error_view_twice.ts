import { sql } from 'drizzle-orm';
import * as p from 'drizzle-orm/pg-core';

export const a = p.pgView('v', { id: p.integer('id') }).as(sql`select 1 as id`);
export const b = p.pgView('v', { id: p.integer('id') }).as(sql`select 2 as id`);
