import { integer, pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
export const a = pgTable('twice', { first: integer() });
export const b = pgTable('twice', { second: integer(), x: integer('same'), y: text('same').notNull() });
export const one = pgEnum('kind', ['a']);
export const two = pgEnum('kind', ['b']);
