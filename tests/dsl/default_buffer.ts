import { customType, pgTable } from "drizzle-orm/pg-core";

const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });

export const documents = pgTable("documents", {
  seal: bytea("seal").default(Buffer.from("§1")),
});
