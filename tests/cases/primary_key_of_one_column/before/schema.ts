import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
export const tenants = pgTable('tenants', { slug: text() }, (t) => [primaryKey({ columns: [t.slug] })]);
