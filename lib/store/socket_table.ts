import type { DatabaseSync } from "node:sqlite";
import { actorId } from "../protocol/ids.ts";
import type { Tables } from "./tables.ts";

export function socketTable(db: DatabaseSync): Tables["sockets"] {
  const put = db.prepare(
    `INSERT OR REPLACE INTO sockets (request_id, gateway_id, actor_id, opened_ts, keep_alive_ts)
      VALUES (?, ?, ?, ?, ?)`,
  );
  const keepAlive = db.prepare("UPDATE sockets SET keep_alive_ts = ? WHERE request_id = ?");
  const remove = db.prepare("DELETE FROM sockets WHERE request_id = ?");
  const all = db.prepare("SELECT * FROM sockets ORDER BY request_id");
  const clear = db.prepare("DELETE FROM sockets");
  return {
    put(record) {
      const { requestId, gatewayId, openedTs, keepAliveTs } = record;
      put.run(requestId, gatewayId, record.actorId, openedTs, keepAliveTs);
    },
    keepAlive(requestIds, now) {
      for (const requestId of requestIds) keepAlive.run(now, requestId);
    },
    delete(requestIds) {
      for (const requestId of requestIds) remove.run(requestId);
    },
    list: () =>
      all.all().map((row) => ({
        gatewayId: Number(row["gateway_id"]),
        requestId: Number(row["request_id"]),
        actorId: actorId(String(row["actor_id"])),
        openedTs: Number(row["opened_ts"]),
        keepAliveTs: Number(row["keep_alive_ts"]),
      })),
    clear: () => Number(clear.run().changes),
  };
}
