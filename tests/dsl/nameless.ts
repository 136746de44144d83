import * as p from 'drizzle-orm/pg-core';

const bytea = p.customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });
export const status = p.pgEnum('fund_status', ['open', 'closed']);
export const investments = p.pgTable('investments', {
  fundId: p.integer(),
  amountUsd: p.numeric({ precision: 20, scale: 6 }),
  units: p.bigint({ mode: 'number' }),
  blank: p.text(''),
  closedAt: p.timestamp({ withTimezone: true }),
  state: status(),
  memo: bytea(),
  term: p.interval({ fields: 'year' }),
  'odd-key': p.text(),
  $cost: p.real(),
  7: p.text(),
  3: p.text(),
});
