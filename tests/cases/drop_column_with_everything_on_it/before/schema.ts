import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, serial, text, uniqueIndex } from 'drizzle-orm/pg-core';
export const tenants = pgTable('tenants', { id: serial().primaryKey() });
export const orders = pgTable('orders', {
  id: serial().primaryKey(),
  tenantId: integer('tenant_id').references(() => tenants.id, { onDelete: 'set null' }),
  reference: text().unique(),
  total: integer().notNull(),
}, (t) => [
  index('orders_tenant_idx').on(t.tenantId),
  uniqueIndex('orders_tenant_reference').on(t.tenantId, t.reference),
  check('orders_total_check', sql`${t.total} >= 0`),
]);
