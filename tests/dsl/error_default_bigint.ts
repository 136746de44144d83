import { sql } from 'drizzle-orm';
import * as p from 'drizzle-orm/pg-core';

export const t = p.pgTable('t', { a: p.bigint('a', { mode: 'bigint' }).default(10n) });
