import { type ActorId, formatId } from "../protocol/mod.ts";
import type { Recorder } from "./recorder.ts";
import type { InspectSource } from "./source.ts";

/** One HTTP request of an actor: in flight, or ended not long ago. */
export interface ActorRequestRow {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  /** `null` before its answer has begun. */
  readonly status: number | null;
  readonly startedTs: number;
  /** `null` while it is in flight. */
  readonly durationMs: number | null;
  readonly error: string | null;
}

/** Those in flight first, then the latest that have ended. A runner alone tells only of these. */
export function requestsOf(
  { gateway }: InspectSource,
  { requests, secrets }: Recorder,
  actorId: ActorId,
  most: number,
): { rows: ActorRequestRow[]; inAll: number } {
  const rows = new Map<string, ActorRequestRow>();
  for (const look of gateway?.requestLooks(actorId) ?? []) {
    const { requestId, method, path, status, startedTs } = look.view();
    const id = formatId(requestId);
    rows.set(id, {
      requestId: id,
      method,
      path: secrets.path(path),
      status,
      startedTs,
      durationMs: null,
      error: null,
    });
  }
  for (const ended of requests.newest(Infinity)) {
    const id = formatId(ended.requestId);
    if (ended.actorId !== actorId || rows.has(id)) continue;
    const { method, path, status, startedTs, durationMs, error } = ended;
    rows.set(id, { requestId: id, method, path, status, startedTs, durationMs, error });
  }
  return { rows: [...rows.values()].slice(0, most), inAll: rows.size };
}
