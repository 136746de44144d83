import { arrayContains, arrayOverlaps, eq, inArray, ne } from 'drizzle-orm';
import { date, geometry, integer, jsonb, line, numeric, pgTable, pgView, point, text, timestamp, vector } from 'drizzle-orm/pg-core';

export const offices = pgTable('offices', {
  tags: text().array(),
  grid: integer().array().array(),
  openings: timestamp().array(),
  opened: date({ mode: 'date' }),
  at: point(),
  seat: point({ mode: 'xy' }),
  border: line(),
  street: line({ mode: 'abc' }),
  place: geometry({ type: 'point' }),
  parcel: geometry({ mode: 'xy' }),
  embedding: vector({ dimensions: 3 }),
  size: numeric({ mode: 'number' }),
  settings: jsonb(),
});
// A column writes what it is compared with in its own way.
export const found = pgView('found').as((qb) =>
  qb.select({ tags: offices.tags }).from(offices).where(arrayContains(offices.tags, ['it\'s', 'say "hi"', 'back\\slash', null as never])),
);
export const gridded = pgView('gridded').as((qb) => qb.select({ tags: offices.tags }).from(offices).where(inArray(offices.grid, [[[1, 2], [3]], []])));
export const open = pgView('open').as((qb) =>
  qb.select({ tags: offices.tags }).from(offices).where(arrayOverlaps(offices.openings, [new Date('2024-01-01'), new Date('+012024-02-29T00:00:00Z'), new Date('-000044-03-15')])),
);
export const places = [
  eq(offices.at, [1, 2.5]), eq(offices.seat, { x: 1, y: 1e21 }), eq(offices.border, [1, 2, 3]), eq(offices.street, { a: 1, b: 0, c: -1 }), eq(offices.place, [4, 5]), eq(offices.parcel, { x: 0, y: -0 }),
  ne(offices.embedding, [1, 2, 3]), eq(offices.size, 12.5), ne(offices.settings, { layout: ['wide', null] }), eq(offices.opened, new Date('0099-12-31')),
].map((condition, i) => pgView(`place_${i}`).as((qb) => qb.select({ tags: offices.tags }).from(offices).where(condition)));
export const [at, seat, border, street, place, parcel, embedding, size, settings, opened] = places;
