import { pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
export const kind = pgEnum('instrument_kind', ['safe', 'note', 'equity']);
export const stage = pgEnum('stage', ['seed', 'a']);
export const instruments = pgTable('instruments', {
  kind: kind().default('safe'),
  old: text('old_kind').default('note'),
  plain: stage('plain_kind'),
  other: stage('other_kind').default('seed'),
});
