import { pgTable, serial, text, timestamp } from 'drizzle-orm/pg-core';
const shared = { createdAt: timestamp('created_at').defaultNow().notNull(), slug: text().unique() };
const label = text();
export const zones = pgTable('zones', { id: serial(), ...shared, first: label });
export const areas = pgTable('areas', { id: serial(), ...shared, second: label });
