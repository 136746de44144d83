import { getTableColumns, getTableName, is, sql } from 'drizzle-orm';
import * as p from 'drizzle-orm/pg-core';

const tenantColumn = 'tenant_id';
const withTenant = true;
const common = { [tenantColumn]: p.uuid(tenantColumn).notNull() };
const amounts = Object.fromEntries(['called', 'paid'].map((key) => [key, p.numeric(`${key}_usd`, { precision: 20, scale: 2 })]));
const indexed = (table: string, t: Record<string, never>, keys: string[]) => keys.map((key) => p.index(`${table}_${key}_idx`).on(t[key]));
export const calls = p.pgTable('calls', { id: p.integer('id'), ...(withTenant ? common : {}), ...(false && { gone: p.text() }), ...amounts, [`note_${1 + 1}`]: p.text() }, (t) => [
  ...indexed('calls', t as never, ['id', 'called']),
  p.check('named', sql.raw(`${getTableName(calls)} is not null`)),
]);
export const copied = p.pgTable('copied', Object.keys(getTableColumns(calls)).reduce((all, key) => ({ ...all, [key]: p.text(key) }), {}));
export const typed = p.pgTable('typed', { kind: p.text(is(calls, p.PgTable) ? 'is_table' : 'is_not') });
