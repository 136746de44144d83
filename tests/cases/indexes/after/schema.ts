import { isNull, sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
export const deals = pgTable('deals', { name: text(), stage: text('deal_stage'), value: integer(), data: jsonb() }, (t) => [
  index().on(t.name, t.value),
  index('by_stage').on(t.stage.asc().nullsFirst(), t.value.desc().nullsFirst()),
  index('one_name').on(t.name),
  index('open_only').on(t.value).where(isNull(t.stage)),
  index('data_gin').using('gin', t.data.op('jsonb_path_ops')),
  index('built_quietly').on(t.stage).concurrently(),
  index('lowered').on(sql`lower(${t.name})`),
  uniqueIndex('mixed').on(t.value, sql`lower(${t.name}) desc`).where(sql`${t.name} is not null`),
  index('filled').on(t.value).with({ fillfactor: 70 }),
  index('only').onOnly(t.value),
  index('patterned').on(t.name.desc().op('text_pattern_ops')),
  index('hashed').using('hash', t.name),
]);
