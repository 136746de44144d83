import { integer, pgTable, text, varchar } from 'drizzle-orm/pg-core';
export const tags = pgTable('tags', { id: integer().primaryKey() });
export const posts = pgTable('posts', {
  lost: text().notNull().default('x').unique().array(),
  kept: text().array().notNull().default(['x']),
  named: text('db_name').array(),
  unlinked: integer().references(() => tags.id).array(),
  codes: varchar({ length: 3 }).notNull().array(4).array(),
});
