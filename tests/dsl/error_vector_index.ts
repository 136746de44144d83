import { sql } from 'drizzle-orm';
import * as p from 'drizzle-orm/pg-core';

export const t = p.pgTable('t', { v: p.vector('v', { dimensions: 3 }) }, (t) => [p.index('i').using('hnsw', t.v)]);
