import { type ActorDefinition, defineActor } from "../../lib/actor/mod.ts";
import type { ActorSpec } from "../../lib/gateway/actor_registry.ts";
import type { ActorId } from "../../lib/protocol/mod.ts";
import type { MemoryBackend } from "../../lib/store/mod.ts";
import { keptState } from "./kept_state.ts";

/** What the gateway is asked to make. */
export const LEDGER_SPEC: ActorSpec = {
  namespace: "default",
  name: "ledger",
  key: null,
  input: null,
  runnerNameSelector: "default",
  crashPolicy: "sleep",
};

/** Every message that the actor has handled, in order. */
export type Ledger = { handled: string[] };

/** The actor under test: writes each message down and answers it with itself and how many there are. */
export const ledgerActor = defineActor<Ledger>({
  state: () => ({ handled: [] }),
  sleepAfter: false,
  fetch: (actor) => new Response(`${actor.state.handled.length}`),
  websocket: {
    hibernate: ({ path }) => path !== "/?hibernate=0",
    message(actor, socket, data) {
      const { handled } = actor.state;
      handled.push(data as string);
      socket.send(`${data} ${handled.length}`);
    },
  },
}) as ActorDefinition;

/** What is durable of the actor now. */
export function committedLedger(backend: MemoryBackend, actorId: ActorId): readonly string[] {
  return keptState<Ledger>(backend, actorId)?.handled ?? [];
}
