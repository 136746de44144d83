import { integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
export const profiles = pgTable('profiles', {
  a: jsonb().default({ theme: 'dark' }),
  b: text().array().default(['x']),
  c: integer().default(1),
  d: jsonb(),
});
