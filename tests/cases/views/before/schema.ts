import { sql } from 'drizzle-orm';
import { integer, pgMaterializedView, pgTable, pgView, serial, text } from 'drizzle-orm/pg-core';
export const orders = pgTable('orders', { id: serial().primaryKey(), state: text(), total: integer() });
export const open = pgView('open_orders', { id: integer() }).as(sql`select id from ${orders} where ${orders.state} = 'open'`);
export const paid = pgView('paid_orders', { id: integer() }).with({ securityBarrier: true }).as(sql`select id from orders where state = 'paid'`);
export const totals = pgMaterializedView('order_totals', { total: integer() }).with({ fillfactor: 80 }).as(sql`select sum(total) as total from orders`);
export const gone = pgView('gone_orders', { id: integer() }).as(sql`select 1 as id`);
export const foreign = pgView('foreign_orders', { id: integer() }).existing();
