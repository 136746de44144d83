import { pgTable, uuid } from 'drizzle-orm/pg-core';
import { common } from '../shared';
import { funds } from './funds';

export const allocations = pgTable('allocations', { fundId: uuid().references(() => funds.id), ...common });
