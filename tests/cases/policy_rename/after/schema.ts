import { sql } from 'drizzle-orm';
import { integer, pgPolicy, pgTable } from 'drizzle-orm/pg-core';
export const documents = pgTable('documents', { id: integer() }, () => [pgPolicy('owner_reads', { using: sql`true` })]);
