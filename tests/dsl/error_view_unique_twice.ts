import * as p from 'drizzle-orm/pg-core';

export const t = p.pgTable('t', { a: p.text('a').unique() });
export const v = p.pgView('v').as((qb) => qb.select({ one: t.a, two: t.a }).from(t));
