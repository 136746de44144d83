import { sql } from "drizzle-orm";
import { check, integer, numeric, pgEnum, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";

export const waterfallKind = pgEnum("waterfall_kind", ["american", "european"]);

export const funds = pgTable(
  "funds",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    name: text("name").notNull().unique(),
    vintageYear: integer("vintage_year").notNull(),
    committedCapital: numeric("committed_capital", { precision: 20, scale: 2 }).notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [check("funds_vintage_year_check", sql`${table.vintageYear} >= 1990`)],
);

export const carryWaterfalls = pgTable("carry_waterfalls", {
  id: uuid("id").primaryKey().defaultRandom(),
  fundId: uuid("fund_id")
    .notNull()
    .references(() => funds.id, { onDelete: "cascade" }),
  kind: waterfallKind("kind").notNull().default("european"),
  hurdleRate: numeric("hurdle_rate", { precision: 7, scale: 6 }).notNull(),
  carryRate: numeric("carry_rate", { precision: 7, scale: 6 }).notNull(),
});
