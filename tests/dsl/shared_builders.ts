import * as p from 'drizzle-orm/pg-core';

const slug = p.text().unique();
const base = { slug, created: p.timestamp('created_at').defaultNow().notNull() };
const fresh = () => ({ label: p.text().unique(), ...stamps('x') });
function stamps(prefix: string) {
  return { at: p.timestamp(`${prefix}_at`), by: p.text(`${prefix}_by`) };
}
export const zebra = p.pgTable('zebra', { id: p.integer(), ...base, ...fresh() });
export const alpha = p.pgTable('alpha', { first: slug, created: base.created, ...fresh() });
export const beta = p.pgTable('beta', { second: slug, third: slug.array() });
