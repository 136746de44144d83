import { sql } from 'drizzle-orm';
import * as p from 'drizzle-orm/pg-core';

export const t = p.pgTable('t', { a: p.integer('a').default(sql`${1} + 1`) });
