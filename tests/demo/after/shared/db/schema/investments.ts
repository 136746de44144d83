import { date, index, numeric, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { funds } from "./funds";

export const investments = pgTable(
  "investments",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    fundId: uuid("fund_id")
      .notNull()
      .references(() => funds.id),
    company: text("company").notNull(),
    sector: text("sector"),
    investedOn: date("invested_on").notNull(),
    amount: numeric("amount", { precision: 20, scale: 2 }).notNull(),
  },
  (table) => [index("investments_fund_id_idx").on(table.fundId)],
);
