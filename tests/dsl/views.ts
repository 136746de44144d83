import { and, asc, avg, count, desc, eq, gt, isNull, sql, sum } from 'drizzle-orm';
import * as p from 'drizzle-orm/pg-core';
import { QueryBuilder } from 'drizzle-orm/pg-core';

export const funds = p.pgTable('funds', { id: p.integer('id').primaryKey(), name: p.text('name').default("fund's").unique(), size: p.numeric('size'), managerId: p.integer('manager_id') });
export const managers = p.pgTable('managers', { id: p.serial('id').primaryKey(), name: p.text('name').notNull() });
const nav = p.pgSchema('nav');
export const all = p.pgView('all_funds').as((qb) => qb.select().from(funds));
export const some = p.pgView('some_funds').as((qb) => qb.select({ id: funds.id, upper: sql<string>`upper(${funds.name})`.as('upper_name') }).from(funds).where(gt(funds.size, '100')));
export const joined = p.pgView('fund_managers').as((qb) => qb.select({ fund: funds.name, manager: managers.name, label: sql`${funds.name} || ${managers.name}`.as('label') }).from(funds).leftJoin(managers, eq(managers.id, funds.managerId)).where(and(isNull(funds.size), gt(managers.id, 3))).orderBy(desc(funds.name), asc(managers.id)).limit(10).offset(5));
export const everything = p.pgView('everything').as((qb) => qb.select().from(funds).innerJoin(managers, eq(managers.id, funds.managerId)));
export const grouped = p.pgMaterializedView('grouped').as((qb) => qb.select({ manager: funds.managerId, funds: count().as('funds'), total: sum(funds.size).as('total'), mean: avg(funds.size).as('mean') }).from(funds).groupBy(funds.managerId).having(({ total }) => gt(total, '5')));
export const distinct = p.pgView('distinct_names').as((qb) => qb.selectDistinct({ name: funds.name }).from(funds));
export const distinctOn = p.pgView('distinct_on').as((qb) => qb.selectDistinctOn([funds.managerId], { id: funds.id, managerId: funds.managerId }).from(funds).orderBy(funds.managerId));
export const sub = p.pgView('sub').as((qb) => {
  const big = qb.select({ id: funds.id, n: sql<number>`${funds.size} * 2`.as('n') }).from(funds).where(gt(funds.id, 1)).as('big');
  return qb.select({ id: big.id, n: big.n }).from(big).where(gt(big.id, 2));
});
export const cte = p.pgView('cte').as((qb) => {
  const big = qb.$with('big').as(qb.select().from(funds).where(eq(funds.name, 'it\'s')));
  return qb.with(big).select().from(big);
});
export const united = p.pgView('united').as((qb) => qb.select({ id: funds.id }).from(funds).union(qb.select({ id: managers.id }).from(managers)));
export const aliased = p.pgView('aliased').as((qb) => {
  const parent = p.alias(funds, 'parent');
  return qb.select({ id: funds.id, parentName: parent.name }).from(funds).leftJoin(parent, eq(parent.id, funds.managerId));
});
export const fromView = p.pgView('from_view').as((qb) => qb.select().from(some));
export const raw = p.pgView('raw_funds', { id: p.integer('id'), label: p.text() }).as(sql`select ${funds.id}, ${'x'} as label from ${funds} where ${funds.size} > ${5} and ${true} and ${null} is null`);
export const existing = p.pgView('existing', { id: p.integer('id').notNull() }).existing();
export const optioned = p.pgView('optioned').with({ checkOption: 'cascaded', securityInvoker: true }).as(new QueryBuilder().select().from(managers));
export const material = p.pgMaterializedView('material').using('heap').with({ fillfactor: 70 }).tablespace('fast').withNoData().as((qb) => qb.select({ id: managers.id }).from(managers));
export const materialRaw = nav.materializedView('material_raw', { id: p.integer('id') }).as(sql`select 1 as id`);
export const materialExisting = p.pgMaterializedView('material_existing', { id: p.integer('id') }).with({ fillfactor: 50 }).existing();
export const inNav = nav.view('in_nav').as((qb) => qb.select({ id: managers.id }).from(managers));
