import { sql } from 'drizzle-orm';
import { check, integer, pgPolicy, pgTable, text, unique } from 'drizzle-orm/pg-core';
export const rows = pgTable('rows', { id: integer(), note: text(), 'a,b': text() }, (t) => [
  check('semicolon', sql`${t.note} <> ';' and ${t.id} > 0`),
  check('dashes', sql`${t.id} -- the identifier
    > 0`),
  pgPolicy('dashed', { using: sql`${t.note} = 'a--b'` }),
  unique('comma').on(t['a,b'], t.id),
]);
