import { relations } from 'drizzle-orm';
import { integer, pgTable, serial, type AnyPgColumn } from 'drizzle-orm/pg-core';
import { investments } from './investments';
export const funds = pgTable('funds', {
  id: serial('id').primaryKey(),
  leadInvestmentId: integer('lead_investment_id').references((): AnyPgColumn => investments.id),
});
export const fundRelations = relations(funds, ({ many }) => ({ investments: many(investments) }));
