import { customType, inet, pgTable, point } from 'drizzle-orm/pg-core';
const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });
const citext = customType<{ data: string; config: { length?: number } }>({
  dataType(config) {
    return config?.length === undefined ? 'citext' : `citext(${config.length})`;
  },
});
export const sessions = pgTable('sessions', {
  address: inet(),
  key: bytea(),
  place: point(),
  label: citext({ length: 40 }),
});
