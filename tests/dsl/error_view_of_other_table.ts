import { sql } from 'drizzle-orm';
import * as p from 'drizzle-orm/pg-core';

export const t = p.pgTable('t', { a: p.integer('a') });
export const u = p.pgTable('u', { a: p.integer('a') });
export const v = p.pgView('v').as((qb) => qb.select({ a: u.a }).from(t));
