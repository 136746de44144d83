import { integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
export const a = pgTable('gains_one', { id: integer(), name: text() });
export const b = pgTable('loses_one', { id: integer().primaryKey(), name: text() });
export const c = pgTable('composite_added', { fundId: integer(), lpId: integer() });
export const d = pgTable('composite_dropped', { fundId: integer(), lpId: integer() }, (t) => [primaryKey({ columns: [t.fundId, t.lpId] })]);
export const e = pgTable('composite_changed', { fundId: integer(), lpId: integer(), year: integer() }, (t) => [primaryKey({ columns: [t.fundId, t.lpId] })]);
export const f = pgTable('same_name', { fundId: integer(), lpId: integer(), year: integer() }, (t) => [primaryKey({ name: 'same_name_pk', columns: [t.fundId, t.lpId] })]);
export const g = pgTable('single_to_composite', { fundId: integer().primaryKey(), lpId: integer() });
export const h = pgTable('new_name', { fundId: integer(), lpId: integer() }, (t) => ({ pk: primaryKey({ name: 'old_pk', columns: [t.fundId, t.lpId] }) }));
