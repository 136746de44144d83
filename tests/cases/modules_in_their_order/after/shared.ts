import { text, timestamp } from 'drizzle-orm/pg-core';

// The table that takes these builders first names their unique constraints for all.
export const common = { slug: text().unique(), seenAt: timestamp().unique('') };
