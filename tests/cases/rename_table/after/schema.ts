import { index, integer, pgTable, serial, text } from 'drizzle-orm/pg-core';
export const funds = pgTable('funds', { id: serial().primaryKey() });
export const portfolioCompanies = pgTable('portfolio_companies', {
  id: serial().primaryKey(),
  fundId: integer('fund_id').references(() => funds.id),
  slug: text().unique(),
  sector: text(),
}, (t) => [index().on(t.fundId)]);
export const investments = pgTable('investments', {
  id: serial().primaryKey(),
  companyId: integer('company_id').references(() => portfolioCompanies.id),
});
