import { sql } from 'drizzle-orm';
import * as p from 'drizzle-orm/pg-core';

const nav = p.pgSchema('nav');
export const marks = nav.table('marks', {
  units: p.integer('units'),
  price: p.numeric('price'),
  total: p.numeric('total').generatedAlwaysAs(sql`units * price`),
  lazily: p.numeric('lazily').generatedAlwaysAs((): ReturnType<typeof sql> => sql`${marks.units} * ${marks.price}`),
  words: p.text('words').generatedAlwaysAs('upper(\'x\')'),
  values: p.text('values').generatedAlwaysAs(sql`${sql.raw('a')} || ${'b'}`).notNull(),
});
