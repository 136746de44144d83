import { foreignKey, integer, pgSchema, pgTable, serial, unique, type AnyPgColumn } from 'drizzle-orm/pg-core';
export const crm = pgSchema('crm');
export const people = crm.table('people', { id: serial().primaryKey() });
export const funds = pgTable('funds', { id: serial().primaryKey(), year: integer(), series: integer() }, (t) => [unique().on(t.year, t.series)]);
export const commitments = pgTable('lp_fund_commitments', {
  id: serial().primaryKey(),
  fundId: integer('fund_id').references(() => funds.id),
  personId: integer('person_id').references(() => people.id, { onDelete: 'cascade' }),
  parentId: integer('parent_id').references((): AnyPgColumn => commitments.id),
  year: integer(),
  series: integer(),
  two: integer().references(() => funds.id).references(() => people.id),
}, (t) => [
  foreignKey({ columns: [t.year, t.series], foreignColumns: [funds.year, funds.series] }),
  foreignKey({ name: 'own_name', columns: [t.two], foreignColumns: [t.id] }).onDelete('set null').onUpdate('cascade'),
]);
