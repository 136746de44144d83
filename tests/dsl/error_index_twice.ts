import { sql } from 'drizzle-orm';
import * as p from 'drizzle-orm/pg-core';

export const t = p.pgTable('t', { a: p.integer('a') }, (t) => [p.index('same').on(t.a)]);
export const u = p.pgTable('u', { a: p.integer('a') }, (t) => [p.index('same').on(t.a)]);
