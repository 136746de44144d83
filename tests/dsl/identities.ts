import * as p from 'drizzle-orm/pg-core';

const ledger = p.pgSchema('ledger');
export const always = p.pgTable('capital_calls', {
  a: p.integer('a').generatedAlwaysAsIdentity(),
  b: p.bigint('b', { mode: 'bigint' }).generatedByDefaultAsIdentity({ name: 'own_seq', startWith: 1000, increment: 10, cache: 5, cycle: true }),
  c: p.smallint('c').generatedAlwaysAsIdentity({ increment: -1 }),
  d: p.bigint('d', { mode: 'number' }).generatedAlwaysAsIdentity({ increment: '-2', minValue: '-100', maxValue: 100 }),
  e: p.integer('e').primaryKey().generatedAlwaysAsIdentity({ minValue: 7 }),
});
export const inSchema = ledger.table('entries', { id: p.integer('id').generatedAlwaysAsIdentity() });
export const plain = p.pgSequence('plain_seq');
export const down = ledger.sequence('down_seq', { increment: -1, startWith: 9, cycle: true });
export const sized = p.pgSequence('sized_seq', { minValue: 100, maxValue: '900', cache: 20 });
export const again = p.pgSequence('plain_seq', { startWith: 77 });
