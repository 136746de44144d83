import { sql } from 'drizzle-orm';
import { integer, pgPolicy, pgTable } from 'drizzle-orm/pg-core';
const outside = pgTable('outside', { id: integer() });
export const inside = pgTable('inside', { id: integer() });
export const onInside = pgPolicy('on_inside', { for: 'update', using: sql`true` }).link(inside);
export const changes = pgPolicy('changes', { to: 'public' }).link(outside);
export const goes = pgPolicy('goes', { using: sql`true` }).link(outside);
