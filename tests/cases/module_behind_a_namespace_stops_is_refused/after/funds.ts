import { pgTable, uuid } from 'drizzle-orm/pg-core';

const stages = { seed: 1 } as Record<string, any>;
export const firstStage = stages.series.a;
export const funds = pgTable('funds', { id: uuid().primaryKey() });
