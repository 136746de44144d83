import { pgTable, uuid } from 'drizzle-orm/pg-core';
import { audit } from './columns';

// A function is there before the imports are, so that `columns` can call it while this module waits.
export function idOf(name: string) {
  return uuid(name);
}
export const funds = pgTable('funds', { id: uuid().primaryKey(), ...audit });
