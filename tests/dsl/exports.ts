import { relations } from 'drizzle-orm';
import * as p from 'drizzle-orm/pg-core';

const users = p.pgTable('users', { id: p.integer('id').primaryKey() });
const zeta = p.pgTable('zeta', { id: p.integer('id').references(() => users.id) });
export { users as members, zeta };
export const usersRelations = relations(users, ({ many }) => ({ zetas: many(zeta) }));
export const alpha = p.pgTable('alpha', { id: p.integer('id') });
export const again = users;
export default p.pgTable('by_default', { id: p.integer('id') });
export type User = typeof users.$inferSelect;
