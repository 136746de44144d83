import { pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
export const kind = pgEnum('instrument_kind', ['safe', 'note', 'equity']);
export const stage = pgEnum('stage', ['seed', 'a']);
export const instruments = pgTable('instruments', {
  kind: text().default('safe'),
  old: kind('old_kind').default('note'),
  plain: kind('plain_kind'),
  other: kind('other_kind').default('safe'),
});
