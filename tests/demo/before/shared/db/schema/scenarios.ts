import { bigint, doublePrecision, index, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { funds } from "./funds";

export const scenarios = pgTable("scenarios", {
  id: uuid("id").primaryKey().defaultRandom(),
  fundId: uuid("fund_id")
    .notNull()
    .references(() => funds.id),
  name: text("name").notNull(),
  assumptions: jsonb("assumptions").notNull(),
});

export const monteCarloResults = pgTable(
  "monte_carlo_results",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    scenarioId: uuid("scenario_id")
      .notNull()
      .references(() => scenarios.id),
    seed: bigint("seed", { mode: "bigint" }),
    irr: doublePrecision("irr").notNull(),
    multiple: doublePrecision("multiple").notNull(),
    simulatedAt: timestamp("simulated_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index("monte_carlo_results_scenario_id_idx").on(table.scenarioId)],
);
