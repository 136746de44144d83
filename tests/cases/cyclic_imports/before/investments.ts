import { integer, pgTable, serial } from 'drizzle-orm/pg-core';
import { funds } from './funds';
export const investments = pgTable('investments', { id: serial('id').primaryKey(), fundId: integer('fund_id') });
export { funds as fundsAgain };
