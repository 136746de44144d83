import { sql } from 'drizzle-orm';
import {
  bigint, boolean, check, date, doublePrecision, index, integer, jsonb, numeric, pgEnum, pgTable,
  primaryKey, serial, text, timestamp, unique, uniqueIndex, uuid, varchar,
} from 'drizzle-orm/pg-core';

export const fundStatus = pgEnum('fund_status', ['raising', 'active', 'harvesting', 'closed']);

export const funds = pgTable('funds', {
  id: serial('id').primaryKey(),
  name: text('name').notNull(),
  size: numeric('size', { precision: 15, scale: 2 }).notNull(),
  managementFee: numeric('management_fee', { precision: 5, scale: 4 }).default('0.02'),
  carryPercentage: numeric('carry_percentage', { precision: 5, scale: 4 }).default('0.2'),
  vintageYear: integer('vintage_year').notNull(),
  status: fundStatus('status').notNull().default('raising'),
  isActive: boolean('is_active').default(true),
  settings: jsonb('settings').$type<{ currency: string }>().default({ currency: 'USD' }),
  createdAt: timestamp('created_at', { withTimezone: true }).defaultNow().notNull(),
}, (table) => [
  uniqueIndex('funds_name_vintage').on(table.name, table.vintageYear),
  check('funds_size_positive', sql`${table.size} > 0`),
]);

export const companies = pgTable('portfolio_companies', {
  id: uuid('id').primaryKey().defaultRandom(),
  fundId: integer('fund_id').references(() => funds.id, { onDelete: 'cascade' }),
  name: varchar('name', { length: 255 }).notNull(),
  sector: text('sector', { enum: ['fintech', 'health', 'climate'] }),
  foundedOn: date('founded_on'),
  tags: text('tags').array().default([]),
}, (table) => [index('companies_fund_idx').on(table.fundId), unique().on(table.fundId, table.name)]);

export const investments = pgTable('investments', {
  id: serial('id').primaryKey(),
  companyId: uuid('company_id').notNull().references(() => companies.id),
  amount: numeric('amount', { precision: 15, scale: 2 }).notNull(),
  ownership: doublePrecision('ownership'),
  version: bigint('version', { mode: 'bigint' }).notNull().default(sql`0`),
});

export const allocations = pgTable('reserve_allocations', {
  fundId: integer('fund_id').notNull().references(() => funds.id),
  companyId: uuid('company_id').notNull().references(() => companies.id),
  planned: numeric('planned').notNull().default('0'),
}, (table) => [primaryKey({ columns: [table.fundId, table.companyId] })]);
