import type { ActorId, KvRequest, KvResponse } from "../protocol/mod.ts";
import type { KvStore } from "./gateway_store.ts";

/** Does what an actor asks of its key-value store. Never rejects: an error is a response too. */
export async function answerKv(
  kv: KvStore,
  actorId: ActorId,
  request: KvRequest,
  now: number,
): Promise<KvResponse> {
  try {
    return await answer(kv, actorId, request, now);
  } catch (error) {
    return { kind: "error", message: messageOf(error) };
  }
}

async function answer(
  kv: KvStore,
  actorId: ActorId,
  request: KvRequest,
  now: number,
): Promise<KvResponse> {
  switch (request.kind) {
    case "get":
      return { kind: "get", ...await kv.get(actorId, request.keys) };
    case "list": {
      const limit = request.limit === null ? null : Number(request.limit);
      const options = { reverse: request.reverse ?? false, limit };
      return { kind: "list", ...await kv.list(actorId, request.query, options) };
    }
    case "put":
      await kv.put(actorId, request.keys, request.values, now);
      return { kind: "put" };
    case "delete":
      await kv.delete(actorId, request.keys);
      return { kind: "delete" };
    case "deleteRange":
      await kv.deleteRange(actorId, request.start, request.end);
      return { kind: "delete" };
    case "drop":
      await kv.drop(actorId);
      return { kind: "drop" };
  }
}

/** The store's code and sentence, so that the runner can tell its author which limit was passed. */
function messageOf(error: unknown): string {
  if (error instanceof Error && "code" in error) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
