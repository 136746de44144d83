import * as p from 'drizzle-orm/pg-core';

export const first = p.pgTable('funds', { id: p.integer('id'), gone: p.text('gone') }, (t) => [p.index('first').on(t.id)]);
export const second = p.pgTable('funds', { id: p.integer('id'), a: p.text('same'), b: p.integer('same') });
