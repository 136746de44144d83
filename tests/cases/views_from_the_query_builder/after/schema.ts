import { and, desc, eq, gt, sql } from 'drizzle-orm';
import { integer, pgTable, pgView, serial, text } from 'drizzle-orm/pg-core';
export const orders = pgTable('orders', { id: serial().primaryKey(), state: text().notNull(), total: integer().default(0) });
export const customers = pgTable('customers', { id: serial().primaryKey(), orderId: integer('order_id') });
export const all = pgView('all_orders').as((qb) => qb.select().from(orders));
export const large = pgView('large_orders').as((qb) => qb
  .select({ id: orders.id, shout: sql<string>`upper(${orders.state})`.as('shout') })
  .from(orders)
  .innerJoin(customers, eq(customers.orderId, orders.id))
  .where(and(gt(orders.total, 100), eq(orders.state, 'open')))
  .orderBy(desc(orders.total)));
