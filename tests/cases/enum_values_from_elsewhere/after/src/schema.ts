import { sql } from 'drizzle-orm';
import { check, pgEnum, pgTable, serial, text } from 'drizzle-orm/pg-core';
import { Currency, LOT_TYPES } from './contract';
const quoted = Object.values(LOT_TYPES).map((value) => `'${value}'`).join(', ');
export const currency = pgEnum('currency', Object.values(Currency) as [string, ...string[]]);
export const lots = pgTable('investment_lots', {
  id: serial('id').primaryKey(),
  lotType: text('lot_type').$type<LotType>().notNull().default(LOT_TYPES.initial),
  currency: currency('currency').notNull().default(Currency.Usd),
}, (t) => [check('investment_lots_lot_type_check', sql`${t.lotType} in (${sql.raw(quoted)})`)]);
