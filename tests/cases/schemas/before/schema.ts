import { pgSchema, serial } from 'drizzle-orm/pg-core';
export const crm = pgSchema('crm');
export const old = pgSchema('old');
export const contacts = crm.table('contacts', { id: serial().primaryKey() });
