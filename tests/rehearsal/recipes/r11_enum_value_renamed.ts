// A value under another name: the new one first, the old one retired.
// map: public.call_state.done=completed
import { pgEnum, pgTable, serial } from 'drizzle-orm/pg-core';

export const callState = pgEnum('call_state', ['open', 'done']);
export const calls = pgTable('capital_calls', { id: serial().primaryKey(), state: callState() });

// ---- after
import { pgEnum, pgTable, serial } from 'drizzle-orm/pg-core';

export const callState = pgEnum('call_state', ['open', 'completed']);
export const calls = pgTable('capital_calls', { id: serial().primaryKey(), state: callState() });
