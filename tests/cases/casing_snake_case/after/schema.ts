import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, primaryKey, serial, text, type AnyPgColumn } from 'drizzle-orm/pg-core';
export const fundMembers = pgTable('fundMembers', {
  memberId: serial().primaryKey(),
  firstName: text().notNull(),
  lastName: text('familyName'),
  parentId: integer().references((): AnyPgColumn => fundMembers.memberId, { onDelete: 'cascade' }),
  joinedOn2: text().default('x'),
}, (t) => [
  index().on(t.firstName),
  check('named', sql`${t.firstName} <> ''`),
]);
export const membership = pgTable('memberId_roles', { memberId: integer(), roleId: integer() }, (t) => [
  primaryKey({ columns: [t.roleId, t.memberId] }),
]);
export const named = pgTable('named', { memberId: integer(), roleId: integer() });
