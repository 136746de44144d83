import { text } from 'drizzle-orm/pg-core';
import { idOf } from './schema';

export const audit = { userId: idOf('audit_user_id').notNull(), note: text() };
