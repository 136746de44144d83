import { integer, pgTable, serial } from 'drizzle-orm/pg-core';
import { users } from './users';
export const funds = pgTable('funds', { id: serial('id').primaryKey(), managerId: integer('manager_id').references(() => users.id) });
