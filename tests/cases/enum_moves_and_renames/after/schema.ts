import { pgEnum, pgSchema, pgSequence } from 'drizzle-orm/pg-core';
export const crm = pgSchema('crm');
export const kind = crm.enum('contact_kind', ['person', 'company']);
export const tone = pgEnum('mood', ['calm']);
export const tickets = crm.sequence('ticket_numbers', { startWith: 100 });
export const b = pgSequence('b');
