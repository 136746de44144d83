import * as p from 'drizzle-orm/pg-core';

declare function createId(): string;
export const lps = p.pgTable('lps', {
  id: p.text('id').primaryKey().$defaultFn(() => createId()),
  email: p.text('email').notNull().unique(),
  alias: p.text('alias').unique('lp_alias', { nulls: 'not distinct' }),
  title: p.text('title').unique(undefined, { nulls: 'distinct' }),
  tags: p.text('tags').notNull().default('lost').unique().array(),
  tagsAfter: p.text('tags_after').array().notNull().unique(),
  deep: p.varchar('deep', { length: 3 }).array(2).array(),
  typed: p.jsonb('typed').$type<{ a: number }>().notNull(),
  touched: p.timestamp('touched').$onUpdate(() => new Date()).notNull(),
  lostLink: p.text('lost_link').references(() => lps.id).array(),
});
