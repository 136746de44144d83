import { sql } from 'drizzle-orm';
import { integer, pgMaterializedView, pgSchema } from 'drizzle-orm/pg-core';
export const reports = pgSchema('reports');
export const totals = pgMaterializedView('totals', { id: integer() }).as(sql`select 1 as id`);
export const placed = pgMaterializedView('placed', { id: integer() }).tablespace('slow').as(sql`select 1 as id`);
export const stored = pgMaterializedView('stored', { id: integer() }).using('heap').as(sql`select 1 as id`);
export const plain = pgMaterializedView('plain', { id: integer() }).as(sql`select 1 as id`);
