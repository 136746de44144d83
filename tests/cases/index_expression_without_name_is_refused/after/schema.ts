import { sql } from 'drizzle-orm';
import { index, pgTable, text } from 'drizzle-orm/pg-core';
export const funds = pgTable('funds', { name: text() }, (t) => [index().on(sql`lower(${t.name})`)]);
