// Programs that write on Drizzle's own objects.
import { sql } from 'drizzle-orm';
import { customType, index, pgTable, pgView, text, varchar } from 'drizzle-orm/pg-core';

// A collation, for which Drizzle has no word.
function collate(column: any, collation: string) {
  const plain = column.getSQLType;
  column.getSQLType = function (this: unknown) {
    return `${plain.call(this)} COLLATE "${collation}"`;
  };
  return column;
}

export const funds = pgTable(
  'funds',
  {
    id: text('id').primaryKey(),
    code: varchar('code', { length: 12 }).notNull().default('none'),
    name: text('name').notNull(),
  },
  (t) => [index('funds_code').on(t.code)],
);
collate(funds.id, 'C');
collate(funds.code, 'und-x-icu');

export const fundCodes = pgView('fund_codes').as((qb) => qb.select({ id: funds.id, name: funds.name }).from(funds));

// A builder with a method of its own, and with a mark that nothing reads.
function moment(name: string) {
  const base = customType<{ data: number }>({ dataType: () => 'timestamptz' })(name);
  return Object.assign(base, {
    defaultNow: () => base.notNull().default(sql`now()`),
    isMoment: true,
  });
}

const opened = moment('opened_at');
export const rounds = pgTable('rounds', {
  openedAt: opened.defaultNow(),
  closedAt: moment('closed_at'),
  note: opened.isMoment ? text('note') : varchar('note'),
});

// Descriptors, as canonical serialisers look at them.
const limits = { seed: 8, get series() { return 16; } };
const described = Object.entries(Object.getOwnPropertyDescriptors(limits));
export const tiers = pgTable('tiers', {
  name: varchar('name', { length: Object.getOwnPropertyDescriptor(limits, 'seed')!.value }),
  kinds: text('kinds').default(described.map(([key, it]) => `${key}:${'value' in it}`).join()),
  isPlain: text('is_plain').default(String(Object.getPrototypeOf(limits) === Object.prototype)),
  isList: text('is_list').default(String(Object.getPrototypeOf([1]) === Array.prototype)),
});
