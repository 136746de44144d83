import { pgEnum, pgTable, serial } from 'drizzle-orm/pg-core';
export const textKind = pgEnum('textKind', ['plain', 'rich']);
export const dateUnit = pgEnum('dateUnit', ['day', 'year']);
export const notes = pgTable('notes', { id: serial().primaryKey(), kind: textKind(), unit: dateUnit().default('day') });
