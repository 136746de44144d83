import { eq } from 'drizzle-orm';
import { integer, pgTable, pgView, text } from 'drizzle-orm/pg-core';

// A view over several tables can be selected from while the columns have names of their own, are of one
// table, or are called as columns of the first one.
export const funds = pgTable('funds', { id: integer(), vintage: integer() });
export const reserves = pgTable('reserves', { id: integer(), fundId: integer('fund_id'), note: text('note') });
export const named = pgView('named').as((qb) =>
  qb.select({ vintage: funds.vintage, note: reserves.note }).from(funds).innerJoin(reserves, eq(funds.id, reserves.fundId)));
export const ofNamed = pgView('of_named').as((qb) => qb.select().from(named).where(eq(named.note, 'signed')));
export const same = pgView('same').as((qb) =>
  qb.select({ vintage: funds.vintage, reserve: reserves.id }).from(funds).innerJoin(reserves, eq(funds.id, reserves.fundId)));
export const ofSame = pgView('of_same').as((qb) => qb.select().from(same));
