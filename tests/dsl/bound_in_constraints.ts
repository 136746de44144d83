import { and, arrayContains, eq, gt, sql } from 'drizzle-orm';
import { check, customType, index, integer, pgPolicy, pgTable, point, text, timestamp } from 'drizzle-orm/pg-core';

const sealed = customType<{ data: string }>({
  dataType: () => 'bytea',
  toDriver() {
    throw new Error('nobody may seal here');
  },
});
// The columns that a table's third argument gets do not look at the values they are compared with.
export const deals = pgTable('deals', { closedAt: timestamp(), tags: text().array(), at: point(), secret: sealed(), size: integer() }, (t) => [
  index('late').on(t.closedAt).where(gt(t.closedAt, '2024-01-01' as never)),
  index('tagged').on(t.size).where(and(arrayContains(t.tags, 'vip' as never), eq(t.at, null as never))!),
  check('secret', sql`${eq(t.secret, 'x')} and ${gt(t.size, 10)}`),
  pgPolicy('near', { using: eq(t.at, [1, 2]) }),
]);
