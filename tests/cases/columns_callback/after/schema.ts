import { index, pgSchema, pgTable, uniqueIndex } from 'drizzle-orm/pg-core';
export const crm = pgSchema('crm');
export const contacts = crm.table('contacts', ({ integer, text }) => ({ id: integer(), mail: text('e_mail') }), (t) => [uniqueIndex().on(t.mail)]);
export const orders = pgTable('orders', (t) => ({
  id: t.serial().primaryKey(),
  fullName: t.varchar({ length: 10 }),
  total: t.numeric({ precision: 10, scale: 2 }),
  at: t.timestamp({ withTimezone: true }).defaultNow(),
}), ({ fullName, at }) => ({ one: index('by_name').on(fullName), two: index('by_time').on(at.desc()) }));
