import { and, gt, isNotNull, sql } from 'drizzle-orm';
import { check, integer, pgTable, text } from 'drizzle-orm/pg-core';
const STAGES = ['seed', 'a', 'b'] as const;
export const rounds = pgTable('rounds', { amount: integer(), stage: text() }, (t) => [
  check('amount_positive', sql`${t.amount} >= 0`),
  check('stage_known', sql`${t.stage} in (${sql.raw(STAGES.map((stage) => `'${stage}'`).join(', '))})`),
  check('both', and(isNotNull(t.amount), isNotNull(t.stage))!),
  check('broken_parameter', gt(t.amount, 5)),
  check('cut_at_semicolon', sql`${t.stage} <> ';'`),
]);
