import { pgEnum, pgTable, serial } from 'drizzle-orm/pg-core';
import { createdAt } from '@shared/columns';
import { STAGES } from '~constants';
export const stage = pgEnum('stage', STAGES);
export const companies = pgTable('companies', { id: serial('id').primaryKey(), stage: stage('stage'), createdAt });
