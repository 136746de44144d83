import { pgTable, text, unique } from 'drizzle-orm/pg-core';
export const funds = pgTable('funds', { name: text().unique() }, (t) => [unique().on(t.name)]);
