import { eq, sql } from 'drizzle-orm';
import { pgTable, pgView, text, uuid } from 'drizzle-orm/pg-core';

export const funds = pgTable('funds', { id: uuid().primaryKey(), name: text() });
export const calls = pgTable('calls', { id: uuid().primaryKey(), fundId: uuid() });
export const listed = pgView('listed').as((qb) => qb.select({ id: calls.id, fund: { id: funds.id, label: sql<string>`upper(${funds.name})`.as('label') } }).from(calls).innerJoin(funds, eq(funds.id, calls.fundId)));
// A nested selection is seen from outside like any other.
export const joined = pgView('joined').as((qb) => qb.select().from(calls).leftJoin(listed, eq(listed.id, calls.id)));
export const within = pgView('within').as((qb) => {
  const inner = qb.select({ id: calls.id, fund: { id: funds.id } }).from(calls).innerJoin(funds, eq(funds.id, calls.fundId)).as('inner_calls');
  return qb.select().from(inner).where(eq(inner.fund.id, inner.id));
});
