import { sql } from 'drizzle-orm';
import * as p from 'drizzle-orm/pg-core';

export const s = p.pgSchema('public');
