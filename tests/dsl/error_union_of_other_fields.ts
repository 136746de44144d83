import { pgTable, pgView, text, uuid } from 'drizzle-orm/pg-core';

export const funds = pgTable('funds', { id: uuid().primaryKey(), name: text() });
export const names = pgView('names').as((qb) =>
  qb.select({ id: funds.id, name: funds.name }).from(funds).union(qb.select({ name: funds.name, id: funds.id }).from(funds) as any),
);
