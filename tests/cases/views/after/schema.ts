import { sql } from 'drizzle-orm';
import { integer, pgMaterializedView, pgSchema, pgTable, pgView, serial, text } from 'drizzle-orm/pg-core';
export const reports = pgSchema('reports');
export const orders = pgTable('orders', { id: serial().primaryKey(), state: text(), total: integer() });
export const open = pgView('pending_orders', { id: integer() }).as(sql`select id from ${orders} where ${orders.state} = 'open'`);
export const paid = pgView('paid_orders', { id: integer() }).with({ securityInvoker: true, checkOption: 'cascaded' }).as(sql`select id from orders where state = 'paid'`);
export const totals = pgMaterializedView('order_totals', { total: integer() }).with({ fillfactor: 80, autovacuumEnabled: false }).as(sql`select sum(total) as total from orders where total > ${5} and state <> ${'void'}`);
export const fresh = reports.materializedView('fresh_orders', { id: integer() }).using('heap').tablespace('fast').withNoData().as(sql`select 1 as id`);
export const foreign = pgView('foreign_orders', { id: integer() }).existing();
