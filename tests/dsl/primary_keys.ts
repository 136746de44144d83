import * as p from 'drizzle-orm/pg-core';

export const single = p.pgTable('single', { id: p.integer('id').primaryKey(), other: p.text('other').primaryKey() });
export const composite = p.pgTable('composite', { a: p.integer('a'), b: p.integer('b').notNull() }, (t) => ({ pk: p.primaryKey({ columns: [t.b, t.a] }) }));
export const named = p.pgTable('named', { a: p.integer('a'), b: p.integer('b') }, (t) => [p.primaryKey({ name: 'named_key', columns: [t.a, t.b] })]);
export const old = p.pgTable('old', { a: p.integer('a'), b: p.integer('b') }, (t) => ({ pk: p.primaryKey(t.a, t.b) }));
export const one = p.pgTable('one', { a: p.integer('a') }, (t) => [p.primaryKey({ columns: [t.a] })]);
