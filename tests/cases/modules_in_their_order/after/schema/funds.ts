import { pgTable, uuid } from 'drizzle-orm/pg-core';
import { common } from '../shared';
import { partners } from './partners';

export const funds = pgTable('funds', { id: uuid().primaryKey(), leadId: uuid().references(() => partners.id), ...common });
