import { and, eq, gt, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm';
import * as p from 'drizzle-orm/pg-core';

const audit = p.pgSchema('audit');
const columns = { id: p.integer('id'), name: p.text('name'), at: p.timestamp('at'), v: p.vector('v', { dimensions: 3 }) };
export const runs = p.pgTable('monte_carlo_runs', columns, (t) => ({
  plain: p.index('runs_name').on(t.name),
  unnamed: p.index().on(t.name, t.at),
  empty: p.uniqueIndex('').on(t.at, t.id),
  ordered: p.index('runs_ordered').on(t.id.desc(), t.name.asc().nullsFirst(), t.at.desc().nullsLast()),
  again: p.index('runs_again').on(t.id, t.name),
  gin: p.index('runs_gin').using('gin', t.name.op('gin_trgm_ops')).with({ fastupdate: false }),
  vector: p.index('runs_v').using('hnsw', t.v.op('vector_cosine_ops')).with({ m: 16, ef_construction: 64 }),
  only: p.index('runs_only').onOnly(t.id),
  quiet: p.index('runs_quiet').on(t.id).concurrently(),
  expression: p.uniqueIndex('runs_lower').on(sql`lower(${t.name})`, t.id),
  wrapped: p.index('runs_wrapped').on(sql`(${t.at} at time zone 'utc')`.inlineParams()),
  partial: p.index('runs_partial').on(t.id).where(sql`${t.name} is not null and ${t.id} > 0`),
  operators: p.index('runs_operators').on(t.id).where(and(isNull(t.name), or(gt(t.id, 5), eq(t.name, 'a'), isNotNull(t.at)))!),
  list: p.index('runs_list').on(t.id).where(inArray(t.name, ['a', 'b'])),
  emptyList: p.index('runs_empty_list').on(t.id).where(inArray(t.name, [])),
  nothing: p.index('runs_nothing').on(t.id).where(and()!),
  never: p.index('runs_never'),
}));
export const other = audit.table('runs', { id: p.integer('id') }, (t) => [
  p.index('runs_name').on(t.id).where(sql`${t.id} > 1`),
  p.index('audit_expr').on(sql`abs(${t.id})`),
]);
