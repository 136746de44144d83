import { sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, pgPolicy, pgTable, primaryKey, serial, text, unique, uniqueIndex, type AnyPgColumn } from 'drizzle-orm/pg-core';
export const fundMembers = pgTable('fundMembers', {
  memberId: serial().primaryKey(),
  firstName: text().unique(),
  lastName: text('familyName'),
  parentId: integer().references((): AnyPgColumn => fundMembers.memberId),
  shortLabel: text().generatedAlwaysAs(sql`upper("firstName")`),
  runNo: integer().generatedAlwaysAsIdentity(),
}, (t) => [
  index().on(t.firstName),
  index('byParent').on(t.parentId, t.firstName),
  unique().on(t.firstName, t.parentId),
  unique('own').on(t.memberId),
  uniqueIndex().on(t.lastName),
  foreignKey({ name: 'fk_parentId', columns: [t.parentId], foreignColumns: [t.memberId] }),
  check('named', sql`${t.firstName} <> ${t.lastName}`),
  index('lowered').on(sql`lower(${t.firstName})`),
  index('partial').on(t.parentId).where(sql`${t.parentId} > 3`),
  pgPolicy('own_rows', { using: sql`${t.firstName} = current_user` }),
]);
export const membership = pgTable('memberId_roles', { memberId: integer(), roleId: integer() }, (t) => [
  primaryKey({ columns: [t.memberId, t.roleId] }),
]);
export const named = pgTable('named', { memberId: integer(), roleId: integer() }, (t) => [
  primaryKey({ name: 'pk_memberId_roleId', columns: [t.memberId, t.roleId] }),
]);
