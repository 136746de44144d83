import { sql } from 'drizzle-orm';
import * as p from 'drizzle-orm/pg-core';

export const t = p.pgTable('t', { a: p.integer('a').unique(), b: p.integer('b').unique('t_a_unique') });
