import { pgRole } from 'drizzle-orm/pg-core';
export const manager = pgRole('manager', { createRole: true });
export const accountant = pgRole('accountant', { inherit: false });
export const partner = pgRole('partner', { createDb: true, createRole: true, inherit: false });
export const plain = pgRole('plain');
export const known = pgRole('authenticated').existing();
