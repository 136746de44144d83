import { bigint, pgTable } from 'drizzle-orm/pg-core';
export const funds = pgTable('funds', { version: bigint({ mode: 'bigint' }).default(10n) });
