import { sql } from 'drizzle-orm';
import { check, integer, pgTable, text, type AnyPgColumn } from 'drizzle-orm/pg-core';
export const long = pgTable('limited_partner_capital_account_statement_line_items', {
  id: integer().primaryKey(),
  previous: integer('previous_statement_line_item_identifier').references((): AnyPgColumn => long.id),
});
export const odd = pgTable('odd-table "x"', { 'weird"col': text().unique(), b: text('with space').default('a"b'), größe: text() }, (t) => [check('odd', sql`${t.b} > ''`)]);
