import { sql } from 'drizzle-orm';
import { integer, pgPolicy, pgTable } from 'drizzle-orm/pg-core';
const outside = pgTable('outside', { id: integer() });
export const inside = pgTable('inside', { id: integer() });
export const onInside = pgPolicy('on_inside', { for: 'update', using: sql`false` }).link(inside);
export const changes = pgPolicy('changes', { to: 'current_user', using: sql`id > 0` }).link(outside);
export const comes = pgPolicy('comes', { as: 'restrictive', for: 'select', using: sql`true` }).link(outside);
export const nowhere = pgPolicy('nowhere');
