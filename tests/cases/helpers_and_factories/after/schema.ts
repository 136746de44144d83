import { check, pgTable, pgTableCreator, text, uuid } from 'drizzle-orm/pg-core';
import { cents, id, money, owned, positive, PREFIX, SCALES, timestamps } from './columns';
const vcTable = pgTableCreator((name) => `${PREFIX}${name}`);
const audited = <T extends Record<string, any>>(columns: T) => ({ id: id(), ...columns, ...timestamps() });
export const funds = vcTable('funds', audited({
  name: text('name').notNull(),
  size: money('size'),
  hurdle: money('hurdle', SCALES.rate),
  balance: cents('balance').notNull(),
}), (t) => [check('funds_size', positive(t.size))]);
export const holdings = vcTable('holdings', {
  ...audited({ fundId: uuid('fund_id').references(() => funds.id), ownerId: uuid('owner_id') }),
  share: money('share', { ...SCALES.share, scale: 8 }),
}, (t) => [...owned('holdings', t.ownerId)]);
export const plain = pgTable('plain', { id: id('plain_id') });
