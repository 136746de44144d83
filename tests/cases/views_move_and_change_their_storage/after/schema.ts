import { sql } from 'drizzle-orm';
import { integer, pgMaterializedView, pgSchema, pgView } from 'drizzle-orm/pg-core';
export const reports = pgSchema('reports');
export const totals = reports.materializedView('totals', { id: integer() }).as(sql`select 1 as id`);
export const placed = pgMaterializedView('placed', { id: integer() }).tablespace('fast').as(sql`select 1 as id`);
export const stored = pgMaterializedView('stored', { id: integer() }).using('columnar').as(sql`select 1 as id`);
export const plain = pgView('plain', { id: integer() }).as(sql`select 1 as id`);
