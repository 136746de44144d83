import { sql } from 'drizzle-orm';
import * as p from 'drizzle-orm/pg-core';

export const t = p.pgTable('t', { a: p.text('a') }, (t) => [p.index('i').on((t as never as { b: never }).b)]);
