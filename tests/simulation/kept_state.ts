import { SYSTEM_PREFIX } from "../../lib/actor/kv.ts";
import type { ActorId, KvEntries } from "../../lib/protocol/mod.ts";
import type { Entry } from "../../lib/kept/records.ts";
import { decodeSnapshot } from "../../lib/kept/snapshot.ts";
import { parseState } from "../../lib/kept/state_text.ts";
import type { MemoryBackend } from "../../lib/store/mod.ts";

/** The state that is durable of an actor now, read past every queue; `null` before the first commit. */
export function keptState<State>(backend: MemoryBackend, actorId: ActorId): State | null {
  const prefix = { kind: "prefix", key: Uint8Array.of(SYSTEM_PREFIX) } as const;
  const options = { reverse: false, limit: null };
  const outcome = backend.perform({
    table: "kv",
    method: "list",
    args: [actorId, prefix, options],
  });
  if (!outcome.ok) throw outcome.error;
  const { keys, values } = outcome.value as KvEntries;
  const { state } = decodeSnapshot(keys.map((key, i): Entry => [key, values[i]!]));
  return state === null ? null : parseState(state) as State;
}
