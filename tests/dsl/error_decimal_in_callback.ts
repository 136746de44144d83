import { pgTable } from 'drizzle-orm/pg-core';

// The callback's builders leave `decimal` out.
export const fees = pgTable('fees', (t) => ({ amount: (t as any).decimal() }));
