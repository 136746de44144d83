import { sql } from 'drizzle-orm';
import * as p from 'drizzle-orm/pg-core';

export const portfolioCompanies = p.pgTable('portfolioCompanies', {
  companyId: p.serial().primaryKey(),
  legalName: p.text().unique(),
  IRSNumber: p.text(),
  kpiV2: p.integer(),
  board_seats: p.integer(),
  "founder's": p.text(),
  spelledOut: p.text('spelledOut'),
  parentId: p.integer().references((): p.AnyPgColumn => portfolioCompanies.companyId),
  label: p.text().generatedAlwaysAs((): ReturnType<typeof sql> => sql`upper(${portfolioCompanies.legalName})`),
  position: p.integer().generatedByDefaultAsIdentity(),
}, (t) => [
  p.index().on(t.legalName, t.kpiV2.desc()),
  p.uniqueIndex('companyKpi').on(t.kpiV2),
  p.unique().on(t.legalName, t.parentId),
  p.unique('explicitUnique').on(t.IRSNumber),
  p.foreignKey({ name: 'fk_parentId_again', columns: [t.parentId], foreignColumns: [t.companyId] }),
  p.check('namePresent', sql`${t.legalName} <> ''`),
  p.index('lowerName').on(sql`lower(${t.legalName})`).where(sql`${t.boardSeats ?? t.board_seats} > 0`),
]);
export const companyIdLinks = p.pgTable('companyId_links', {
  companyId: p.integer().references(() => portfolioCompanies.companyId),
  fundId: p.integer(),
}, (t) => [p.primaryKey({ columns: [t.companyId, t.fundId] })]);
export const named = p.pgTable('named', { companyId: p.integer(), fundId: p.integer() }, (t) => [
  p.primaryKey({ name: 'pk_companyId_fundId', columns: [t.companyId, t.fundId] }),
]);
