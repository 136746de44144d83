import { sql } from 'drizzle-orm';
import { pgTable, text } from 'drizzle-orm/pg-core';
export const funds = pgTable('funds', { name: text().default(sql`${'Fund I'}`) });
