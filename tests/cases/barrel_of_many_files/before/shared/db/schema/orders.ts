import { integer, pgTable, serial } from 'drizzle-orm/pg-core';
import { users } from './users';
export const orders = pgTable('orders', { id: serial('id').primaryKey(), userId: integer('user_id').references(() => users.id) });
