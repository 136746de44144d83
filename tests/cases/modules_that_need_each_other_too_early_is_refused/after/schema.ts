import { pgTable, uuid } from 'drizzle-orm/pg-core';
import { audit } from './columns';

export const FUND_ID = 'fund_id';
export const funds = pgTable('funds', { id: uuid().primaryKey(), ...audit });
