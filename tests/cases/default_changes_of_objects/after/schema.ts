import { integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
export const profiles = pgTable('profiles', {
  a: jsonb().default({ theme: 'light', size: 2 }),
  b: text().array().default(['x', 'y']),
  c: integer().default('1' as unknown as number),
  d: jsonb().default([]),
});
