import { pgTable, uuid } from 'drizzle-orm/pg-core';
import { common } from '../shared';
import type { allocations } from './allocations';

export type Allocation = typeof allocations.$inferSelect;
export const partners = pgTable('partners', { id: uuid().primaryKey(), ...common });
