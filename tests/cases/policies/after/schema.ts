import { sql } from 'drizzle-orm';
import { integer, pgPolicy, pgRole, pgTable, text } from 'drizzle-orm/pg-core';
export const auditor = pgRole('auditor');
export const documents = pgTable('documents', { id: integer(), owner: text() }, (t) => [
  pgPolicy('owner_reads', { as: 'permissive', for: 'select', to: [auditor, 'public'], withCheck: sql`${t.owner} <> ''` }),
  pgPolicy('nobody_deletes', { as: 'permissive', for: 'delete', using: sql`false` }),
  pgPolicy('comes', { for: 'insert', to: 'current_user', withCheck: sql`id = ${1}` }),
]);
export const letters = pgTable('letters', { id: integer() });
