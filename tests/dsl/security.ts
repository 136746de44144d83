import { sql } from 'drizzle-orm';
import { crudPolicy, authenticatedRole } from 'drizzle-orm/neon';
import { authUid, authUsers, serviceRole } from 'drizzle-orm/supabase';
import * as p from 'drizzle-orm/pg-core';

export const analyst = p.pgRole('analyst', { createDb: true, inherit: false });
export const partner = p.pgRole('partner');
export const known = p.pgRole('known').existing();
const unseen = p.pgTable('unseen', { id: p.integer('id') });
export const reports = p.pgTable('reports', { id: p.integer('id'), ownerId: p.uuid('owner_id').references(() => authUsers.id) }, (t) => [
  p.pgPolicy('read_all'),
  p.pgPolicy('read_own', { as: 'restrictive', for: 'select', to: [partner, 'admin', 'public'], using: sql`${t.id} > 0` }),
  p.pgPolicy('write', { for: 'insert', to: analyst, withCheck: sql`${t.ownerId} = ${authUid}` }),
  p.pgPolicy('service', { to: serviceRole }),
  p.pgPolicy('text', { to: 'current_user' }),
]).enableRLS();
export const crud = p.pgTable('crud', { id: p.integer('id') }, () => [crudPolicy({ role: authenticatedRole, read: true, modify: sql`false` })]);
export const linked = p.pgPolicy('linked', { for: 'delete', using: sql`true` }).link(reports);
export const elsewhere = p.pgPolicy('elsewhere', { to: 'public' }).link(unseen);
export const alone = p.pgPolicy('alone');
