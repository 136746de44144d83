import { pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
const Stage = { Seed: 'seed', Growth: 'growth', Exit: 'exit' } as const;
export const stage = pgEnum('company_stage', Stage);
export const companies = pgTable('companies', { stage: stage().default('seed'), last: text() });
