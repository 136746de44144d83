import { uuid } from 'drizzle-orm/pg-core';
import { FUND_ID } from './schema';

// Runs before the module that needs it, which is when FUND_ID has no value yet.
export const audit = { fundId: uuid(FUND_ID) };
