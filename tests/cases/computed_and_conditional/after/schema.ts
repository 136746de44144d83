import { index, integer, pgTable, text, varchar } from 'drizzle-orm/pg-core';
const WIDTH = 10 * 2 + 5;
const KEY = 'dynamic';
const withNotes = true;
const names = ['alpha', 'beta'] as const;
const flags = Object.fromEntries(names.map((name, i) => [name, integer(`${name}_${i}`).notNull()]));
function status() {
  switch (names.length as number) {
    case 2: return 'two';
    default: return 'many';
  }
}
export const items = pgTable(`pre_${KEY}`, {
  [KEY]: varchar({ length: WIDTH }),
  ['lit' + 'eral']: text(KEY + '_column'),
  ...(withNotes ? { note: text() } : { remark: text() }),
  ...(!withNotes && { hidden: text() }),
  ...flags,
  status: text().default(status()),
  last: text().default(names.at(-1)!.toUpperCase()),
}, (t) => names.map((name) => index(`items_${name}`).on(t[name as keyof typeof t] as any)));
