import { pgEnum, pgTable } from 'drizzle-orm/pg-core';
const Stage = { Seed: 'seed', Growth: 'growth' } as const;
export const stage = pgEnum('company_stage', Stage);
export const companies = pgTable('companies', { stage: stage().default('seed'), last: stage() });
