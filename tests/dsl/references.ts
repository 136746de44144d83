import * as p from 'drizzle-orm/pg-core';

const hidden = p.pgTable('hidden', { id: p.integer('id').primaryKey() });
const audit = p.pgSchema('audit');
export const events = audit.table('events', {
  id: p.integer('id').primaryKey(),
  fundId: p.integer('fund_id').references(() => funds.id, { onDelete: 'cascade', onUpdate: 'set null' }),
});
export const funds = p.pgTable('funds', {
  id: p.integer('id'),
  code: p.text('code'),
  parent: p.integer('parent').references((): p.AnyPgColumn => funds.id),
  hiddenId: p.integer('hidden_id').references(() => hidden.id),
  eventId: p.integer('event_id').references(() => events.id, { onDelete: 'restrict' }),
  twice: p.integer('twice').references(() => funds.id).references(() => events.id),
}, (t) => [
  p.primaryKey({ columns: [t.id, t.code] }),
  p.foreignKey({ columns: [t.parent, t.code], foreignColumns: [t.id, t.code] }).onDelete('set default'),
  p.foreignKey({ name: 'own_name', columns: [t.parent], foreignColumns: [funds.id] }).onUpdate('no action'),
  p.foreignKey({ name: 'own_name', columns: [t.twice], foreignColumns: [events.id] }).onDelete('cascade'),
]);
export const lazily = p.pgTable('lazily', { a: p.integer('a'), b: p.integer('b') }, (t) => [
  new p.ForeignKeyBuilder(() => ({ name: 'lazy_fk', columns: [t.a], foreignColumns: [funds.id] })).onDelete('cascade'),
  new p.ForeignKeyBuilder(() => ({ columns: [t.b], foreignColumns: [events.id] }), { onDelete: 'set null' }),
]);
