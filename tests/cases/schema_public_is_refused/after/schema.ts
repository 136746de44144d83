import { pgSchema, serial } from 'drizzle-orm/pg-core';
export const main = pgSchema('public');
export const funds = main.table('funds', { id: serial().primaryKey() });
