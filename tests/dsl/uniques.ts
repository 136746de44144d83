import * as p from 'drizzle-orm/pg-core';

export const commitments = p.pgTable('commitments', { fund: p.integer('fund_id'), lp: p.integer('lp_id'), year: p.integer('year').unique() }, (t) => [
  p.unique().on(t.fund, t.lp),
  p.unique('one_per_year').on(t.lp, t.year).nullsNotDistinct(),
  p.unique('by_table_column').on(commitments.fund),
]);
