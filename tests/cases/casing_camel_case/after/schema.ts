import { integer, pgTable, serial, text, unique } from 'drizzle-orm/pg-core';
export const orderLines = pgTable('order_lines', {
  order_line_id: serial().primaryKey(),
  UNIT_PRICE: integer(),
  HTTPStatus: text(),
  alreadyCamel: text(),
  line_2nd: text(),
  explicit_name: text('kept_name'),
}, (t) => [unique().on(t.UNIT_PRICE, t.HTTPStatus)]);
