import {
  bigint, bigserial, bit, boolean, char, cidr, customType, date, decimal, doublePrecision, geometry, halfvec, inet,
  integer, interval, json, jsonb, line, macaddr, macaddr8, numeric, pgTable, point, real, serial, smallint, smallserial,
  sparsevec, text, time, timestamp, uuid, varchar, vector,
} from 'drizzle-orm/pg-core';
const tsvector = customType<{ data: string }>({ dataType() { return 'tsvector'; } });
export const everything = pgTable('everything', {
  anInteger: integer(), aSmallint: smallint(), aBigint: bigint({ mode: 'number' }), aBigintToo: bigint({ mode: 'bigint' }),
  aSerial: serial(), aSmallserial: smallserial(), aBigserial: bigserial({ mode: 'number' }), aBigserialToo: bigserial({ mode: 'bigint' }),
  aBoolean: boolean(), aText: text(), aTextEnum: text({ enum: ['x', 'y'] }), aVarchar: varchar(), aVarchar20: varchar({ length: 20 }),
  aChar: char(), aChar3: char({ length: 3 }), aNumeric: numeric(), aNumeric10: numeric({ precision: 10 }),
  aNumeric102: numeric({ precision: 10, scale: 2 }), aScaleOnly: numeric({ scale: 2 }), aDecimal: decimal({ precision: 5, scale: 0 }),
  aReal: real(), aDouble: doublePrecision(), aJson: json(), aJsonb: jsonb(), aTime: time(), aTime3: time({ precision: 3, withTimezone: true }),
  aTimestamp: timestamp(), aTimestamptz: timestamp({ withTimezone: true }), aTimestamp6: timestamp({ precision: 6 }),
  aTimestamp3tz: timestamp({ precision: 3, withTimezone: true }), aTimestampText: timestamp({ precision: 3, mode: 'string', withTimezone: true }),
  aDate: date(), aDateObject: date({ mode: 'date' }), anInterval: interval(), aYearInterval: interval({ fields: 'year to month' }),
  aSecondInterval: interval({ fields: 'second', precision: 3 }), anIntervalZero: interval({ precision: 0 }),
  aUuid: uuid(), anInet: inet(), aCidr: cidr(), aMacaddr: macaddr(), aMacaddr8: macaddr8(), aPoint: point(), aLine: line({ mode: 'abc' }),
  aGeometry: geometry({ type: 'polygon', srid: 4326 }), aVector: vector({ dimensions: 1536 }), aHalfvec: halfvec({ dimensions: 8 }),
  aSparsevec: sparsevec({ dimensions: 9 }), aBit: bit({ dimensions: 4 }), aTsvector: tsvector(),
  anArray: text().array(), aSizedArray: varchar({ length: 3 }).array(4), aGrid: numeric({ precision: 3, scale: 1 }).array().array(2),
  emptyName: text(''), HTTPStatus: integer(), isOKNow: boolean(), 'quoted-key': text(), $dollar: text(), 2024: text(), 7: text(),
});
