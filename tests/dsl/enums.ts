import { sql } from 'drizzle-orm';
import * as p from 'drizzle-orm/pg-core';

enum Status { Draft = 'draft', Final = 'final' }
const KINDS = ['lp', 'gp'] as const;
const PHASE = { Early: 'early', Late: 'late' } as const;
const audit = p.pgSchema('audit');
export const status = p.pgEnum('status', Status);
export const kind = p.pgEnum('kind', KINDS);
export const phase = p.pgEnum('phase', PHASE);
export const level = audit.enum('level', ['info', 'warn']);
export const spread = p.pgEnum('spread', [...KINDS, 'both']);
export const listed = p.pgEnum('listed', Object.values(PHASE) as [string, ...string[]]);
export const mapped = p.pgEnum('mapped', KINDS.map((it) => it.toUpperCase()) as [string, ...string[]]);
export const first = p.pgEnum('twice', ['a']);
export const second = p.pgEnum('twice', ['b', 'c']);
const unseen = p.pgEnum('unseen', ['x']);
export const audits = p.pgTable('audits', {
  status: status('status').default(Status.Draft),
  kind: kind('kind').notNull(),
  kinds: kind('kinds').array(),
  statuses: status().array(),
  phase: phase(),
  level: level(),
  levels: level().array().array(),
  unseen: unseen(),
  listed: listed(),
}, (t) => [p.check('typed', sql`${t.kind}::${kind} <> 'gp'::${level}`)]);
