import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "../gateway/gateway_store.ts";
import { violatesUnique } from "./sqlite_error.ts";
import type { Tables } from "./tables.ts";

export function namespaceTable(db: DatabaseSync): Tables["namespaces"] {
  const all = db.prepare(
    "SELECT namespace_id, name, display_name, create_ts FROM namespaces ORDER BY create_ts, name",
  );
  const insert = db.prepare(
    "INSERT INTO namespaces (namespace_id, name, display_name, create_ts) VALUES (?, ?, ?, ?)",
  );
  return {
    list: () =>
      all.all().map((row) => ({
        namespaceId: String(row["namespace_id"]),
        name: String(row["name"]),
        displayName: String(row["display_name"]),
        createTs: Number(row["create_ts"]),
      })),
    create({ namespaceId, name, displayName, createTs }) {
      try {
        insert.run(namespaceId, name, displayName, createTs);
      } catch (error) {
        if (!violatesUnique(error)) throw error;
        throw new StoreError("store.exists", `A namespace "${name}" exists`);
      }
    },
  };
}
