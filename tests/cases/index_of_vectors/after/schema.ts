import { index, pgTable, serial, vector } from 'drizzle-orm/pg-core';
export const memos = pgTable('memos', { id: serial().primaryKey(), embedding: vector({ dimensions: 3 }) }, (t) => [
  index('memos_embedding').using('hnsw', t.embedding.op('vector_cosine_ops')).with({ m: 16, ef_construction: 64 }),
]);
