import { relations } from 'drizzle-orm';
import { integer, pgTable, serial } from 'drizzle-orm/pg-core';
import { funds } from './funds';
export const investments = pgTable('investments', { id: serial('id').primaryKey(), fundId: integer('fund_id').notNull().references(() => funds.id) });
export const investmentRelations = relations(investments, ({ one }) => ({ fund: one(funds, { fields: [investments.fundId], references: [funds.id] }) }));
