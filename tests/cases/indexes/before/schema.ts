import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
export const deals = pgTable('deals', { name: text(), stage: text('deal_stage'), value: integer(), data: jsonb() }, (t) => [
  index().on(t.name),
  index('by_stage').on(t.stage, t.value.desc()),
  uniqueIndex('one_name').on(t.name),
  index('open_only').on(t.value).where(sql`${t.stage} = 'open'`),
  index('data_gin').using('gin', t.data),
  index('gone').on(t.value),
]);
