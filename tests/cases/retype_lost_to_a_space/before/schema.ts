import { pgTable, serial, timestamp } from 'drizzle-orm/pg-core';
export const audits = pgTable('audits', {
  id: serial().primaryKey(),
  at: timestamp({ precision: 3, mode: 'date', withTimezone: true }),
});
