import { sql } from 'drizzle-orm';
import { integer, pgPolicy, pgTable, text } from 'drizzle-orm/pg-core';
export const documents = pgTable('documents', { id: integer(), owner: text() }, (t) => [
  pgPolicy('owner_reads', { as: 'permissive', for: 'select', to: 'public', using: sql`${t.owner} = current_user` }),
  pgPolicy('nobody_deletes', { as: 'restrictive', for: 'delete', using: sql`false` }),
  pgPolicy('goes'),
]);
export const letters = pgTable('letters', { id: integer() }, () => [pgPolicy('last_one', { using: sql`true` })]);
