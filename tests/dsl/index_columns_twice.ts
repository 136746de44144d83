import { type AnyPgColumn, index, integer, pgTable, text } from 'drizzle-orm/pg-core';

// A foreign key to a table makes drizzle-kit call its third argument once more, and `onOnly` leaves a
// column changed for the next index.
export const calls = pgTable('calls', { fundId: integer().references(() => funds.id), name: text() }, (t) => [index().on(t.name.desc()), index('later').on(t.name)]);
export const funds = pgTable('funds', { id: integer().primaryKey(), name: text() }, (t) => {
  t.id.nullsFirst();
  return [index('only').onOnly(t.name), index('down').on(t.name.desc().nullsFirst()), index('plain').on(t.name)];
});
export const memos = pgTable('memos', { fundId: integer().references(() => funds.id) });
// An index holds on to its column's direction, which a later index changes.
export const fees = pgTable('fees', { id: integer() }, (t) => [
  index('a').onOnly(t.id),
  index('b').using('gin', t.id.nullsFirst()),
  index('c').onOnly(t.id),
  index('d').on(t.id.nullsLast()),
]);
// A foreign key to the table itself calls it again, before the indexes are looked at.
export const entities = pgTable('entities', { id: integer().primaryKey(), parentId: integer().references((): AnyPgColumn => entities.id) }, (t) => [
  index('e').on(t.parentId.nullsFirst()),
  index('f').onOnly(t.parentId),
  index('g').on(t.parentId.desc()),
  index('h').onOnly(t.parentId),
]);
