import { sql } from 'drizzle-orm';
import { customType, index, numeric, timestamp, uuid, type AnyPgColumn, type ExtraConfigColumn } from 'drizzle-orm/pg-core';
export const id = (name = 'id') => uuid(name).primaryKey().defaultRandom();
export const timestamps = () => ({
  createdAt: timestamp('created_at', { withTimezone: true }).defaultNow().notNull(),
  updatedAt: timestamp('updated_at', { withTimezone: true }).defaultNow().notNull().$onUpdate(() => new Date()),
});
export function money(name: string, { precision = 15, scale = 2 }: { precision?: number; scale?: number } = {}) {
  return numeric(name, { precision, scale });
}
export const owned = (table: string, column: ExtraConfigColumn) => [index(`${table}_owner_idx`).on(column)];
export const cents = customType<{ data: number; driverData: string }>({
  dataType: () => 'bigint',
  toDriver: (value) => String(value),
});
export const positive = (column: AnyPgColumn) => sql`${column} > 0`;
export const PREFIX = 'vc_' as const;
export const SCALES = { rate: { precision: 7, scale: 4 }, share: { precision: 9, scale: 6 } } as const;
