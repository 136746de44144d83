import { sql } from 'drizzle-orm';
import { bigint, boolean, integer, pgEnum, pgTable, serial, text, timestamp, uuid } from 'drizzle-orm/pg-core';
export const channel = pgEnum('channel', ['web', 'shop']);
export const customers = pgTable('customers', { id: serial().primaryKey() });
export const orders = pgTable('orders', {
  id: serial().primaryKey(),
  customerId: integer('customer_id').notNull().references(() => customers.id, { onDelete: 'restrict', onUpdate: 'cascade' }),
  channel: channel().notNull().default('web'),
  channels: channel('all_channels').array(),
  token: uuid().defaultRandom().notNull(),
  note: text(),
  reference: text().unique('orders_reference_key'),
  position: serial(),
  number: integer().generatedAlwaysAsIdentity(),
  counter: bigint({ mode: 'bigint' }).generatedByDefaultAsIdentity({ name: 'order_counter', startWith: 1000, increment: 10, cache: 5 }),
  gross: integer().generatedAlwaysAs(sql`position * 2`),
  paid: boolean().default(false).notNull(),
  paidAt: timestamp('paid_at', { precision: 3 }).default(sql`now() + interval '1 day'`),
});
