import { integer, pgTable, serial, text } from 'drizzle-orm/pg-core';
import { users } from './users';
export const funds = pgTable('funds', { id: serial('id').primaryKey(), managerId: integer('manager_id').references(() => users.id), memo: text('memo') });
