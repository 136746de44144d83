import { pgEnum } from 'drizzle-orm/pg-core';
enum Level { Low, High }
export const level = pgEnum('level', Level as any);
