import * as p from 'drizzle-orm/pg-core';

export const ledger = p.pgSchema('ledger');
const unseen = p.pgSchema('unseen');
const prefixed = p.pgTableCreator((name) => `fund_${name}`);
export const entries = ledger.table('entries', { id: p.integer('id') });
export const ghosts = unseen.table('ghosts', { id: p.integer('id') });
export const notes = prefixed('notes', { id: p.integer('id').primaryKey(), parent: p.integer('parent').references((): p.AnyPgColumn => notes.id), tag: p.text('tag').unique() }, (t) => [p.index().on(t.tag)]);
export const table = { inner: p.pgTable('inner', { id: p.integer('id') }) };
export const list = [p.pgTable('listed', { id: p.integer('id') })];
