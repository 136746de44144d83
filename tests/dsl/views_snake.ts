import { asc, eq, gt, sql } from 'drizzle-orm';
import * as p from 'drizzle-orm/pg-core';

export const portfolioCompanies = p.pgTable('portfolio_companies', { companyId: p.integer().primaryKey(), legalName: p.text().unique(), parentId: p.integer(), spelledOut: p.text('spelledOut') });
export const names = p.pgView('names').as((qb) => qb.select({ legalName: portfolioCompanies.legalName, upper: sql`upper(${portfolioCompanies.legalName})`.as('upperName') }).from(portfolioCompanies).where(gt(portfolioCompanies.companyId, 3)).orderBy(asc(portfolioCompanies.legalName)));
export const everything = p.pgView('everything').as((qb) => qb.select().from(portfolioCompanies));
export const joined = p.pgView('joined').as((qb) => {
  const parent = p.alias(portfolioCompanies, 'parentCompany');
  return qb.select({ own: portfolioCompanies.legalName, parentName: parent.spelledOut }).from(portfolioCompanies).leftJoin(parent, eq(parent.companyId, portfolioCompanies.parentId));
});
export const united = p.pgView('united').as((qb) => qb.select({ id: portfolioCompanies.companyId }).from(portfolioCompanies).unionAll(qb.select({ id: portfolioCompanies.parentId }).from(portfolioCompanies)).orderBy(portfolioCompanies.companyId).limit(4));
export const raw = p.pgView('raw', { companyId: p.integer(), legalName: p.text() }).as(sql`select ${portfolioCompanies.companyId}, ${portfolioCompanies.legalName} from ${portfolioCompanies}`);
export const onView = p.pgView('on_view').as((qb) => qb.select({ legalName: names.legalName }).from(names).where(eq(names.legalName, 'x')));
