import { between, eq, gt, gte, inArray, like, lt, lte, ne, not, notInArray, or, sql } from 'drizzle-orm';
import * as p from 'drizzle-orm/pg-core';

const STAGES = ['seed', 'a', "b's"] as const;
const list = (values: readonly string[]) => sql.raw(values.map((value) => `'${value.replace(/'/g, "''")}'`).join(', '));
const waterfall = p.pgSchema('waterfall');
export const tiers = waterfall.table('carry_tiers', { rate: p.numeric('rate'), stage: p.text('stage'), n: p.integer('n') }, (t) => [
  p.check('rate_range', sql`${t.rate} between 0 and 1`),
  p.check('stage_known', sql`${t.stage} in (${list(STAGES)})`),
  p.check('stage_array', sql`${t.stage} = any(${sql.raw(`array['seed']`)})`),
  p.check('values', sql`${t.n} > ${5} and ${t.stage} <> ${'x'}`),
  p.check('table', sql`exists (select 1 from ${tiers})`),
  p.check('identifier', sql`${sql.identifier('we"ird')} > 0`),
  p.check('joined', sql.join([sql`${t.n} > 0`, sql`${t.rate} < 1`], sql` or `)),
  p.check('operators', or(eq(t.n, 1), ne(t.n, 2), gt(t.n, 3), gte(t.n, 4), lt(t.n, 5), lte(t.n, 6))!),
  p.check('more', or(between(t.n, 1, 2), not(like(t.stage, 'a%')), inArray(t.n, [1, 2]), notInArray(t.n, [3]))!),
  p.check('columns', eq(t.n, t.rate as never)),
  p.check('nothing', sql`a${undefined}b`),
  p.check('list', sql`${t.n} in ${[1, 2]}`),
]);
