import { sql } from 'drizzle-orm';
import { check, integer, pgPolicy, pgTable, text, unique } from 'drizzle-orm/pg-core';
export const rows = pgTable('rows', { id: integer(), note: text() });
