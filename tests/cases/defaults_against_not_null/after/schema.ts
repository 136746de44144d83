import { integer, pgTable, serial, text, timestamp, uuid } from 'drizzle-orm/pg-core';
export const funds = pgTable('funds', {
  id: serial().primaryKey(),
  size: integer().notNull(),
  manager: text().notNull(),
  token: uuid().notNull().$defaultFn(() => 'made by the application'),
  openedAt: timestamp().notNull().defaultNow(),
});
