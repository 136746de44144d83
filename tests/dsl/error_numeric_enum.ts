import { sql } from 'drizzle-orm';
import * as p from 'drizzle-orm/pg-core';

enum N { A, B }
export const n = p.pgEnum('n', N as never);
