import { index, integer, pgTable, serial, text } from 'drizzle-orm/pg-core';
export const funds = pgTable('funds', { id: serial().primaryKey() });
export const portfolioCompanies = pgTable('portfoliocompanies', {
  id: serial().primaryKey(),
  fundId: integer('fund_id').references(() => funds.id),
  slug: text().unique(),
}, (t) => [index().on(t.fundId)]);
export const investments = pgTable('investments', {
  id: serial().primaryKey(),
  companyId: integer('company_id').references(() => portfolioCompanies.id),
});
