import { pgEnum, pgSchema, pgSequence } from 'drizzle-orm/pg-core';
export const crm = pgSchema('crm');
export const kind = pgEnum('kind', ['person', 'company']);
export const tone = pgEnum('tone', ['calm']);
export const tickets = pgSequence('tickets', { startWith: 100 });
export const a = pgSequence('a');
