import { pgEnum, pgTable, serial } from 'drizzle-orm/pg-core';
const currency = pgEnum('currency', ['USD', 'EUR']);
export const prices = pgTable('prices', { id: serial().primaryKey(), currency: currency().notNull() });
