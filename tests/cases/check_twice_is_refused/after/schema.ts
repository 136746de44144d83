import { sql } from 'drizzle-orm';
import { check, integer, pgTable } from 'drizzle-orm/pg-core';
export const funds = pgTable('funds', { size: integer() }, () => [check('size', sql`size > 1`), check('size', sql`size > 2`)]);
