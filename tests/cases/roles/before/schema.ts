import { pgRole } from 'drizzle-orm/pg-core';
export const manager = pgRole('manager', { createDb: true });
export const clerk = pgRole('clerk', { inherit: false });
export const old = pgRole('intern');
export const known = pgRole('authenticated').existing();
