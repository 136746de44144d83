import { sql } from 'drizzle-orm';
import { check, integer, pgTable, text } from 'drizzle-orm/pg-core';
export const rounds = pgTable('rounds', { amount: integer(), stage: text() }, (t) => [
  check('amount_positive', sql`${t.amount} > 0`),
  check('stage_known', sql`${t.stage} in ('seed', 'a')`),
  check('going', sql`true`),
]);
