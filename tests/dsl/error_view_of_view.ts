import { eq } from 'drizzle-orm';
import { integer, pgTable, pgView, text } from 'drizzle-orm/pg-core';

// The columns of a view say that their table has the view's name: drizzle-orm takes in the names of the
// first one's table, and has none for the second one's.
export const funds = pgTable('funds', { id: integer(), vintage: integer() });
export const reserves = pgTable('reserves', { fundId: integer(), note: text() });
export const overview = pgView('overview').as((qb) =>
  qb.select({ vintage: funds.vintage, note: reserves.note }).from(funds).innerJoin(reserves, eq(funds.id, reserves.fundId)));
export const summary = pgView('summary').as((qb) => qb.select().from(overview));
