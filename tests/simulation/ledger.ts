import { type ActorDefinition, defineActor } from "../../lib/actor/mod.ts";
import type { ActorSpec } from "../../lib/gateway/actor_registry.ts";
import type { Host } from "../../lib/host/host.ts";
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

/**
 * The actor under test: writes each message down and answers it with itself and how many there are.
 * One that says `slow` is handled over a time, so that the world goes on in the middle of it.
 *
 * @param host The host of the runner that has it, so that its waits die with it.
 * @param sleepy Whether it sleeps after 60 ms with nothing to do, or never.
 */
export function ledgerActor(host: Host, sleepy: boolean): ActorDefinition {
  return defineActor<Ledger>({
    state: () => ({ handled: [] }),
    sleepAfter: sleepy && 60,
    fetch: (actor) => new Response(`${actor.state.handled.length}`),
    websocket: {
      hibernate: ({ path }) => path !== "/?hibernate=0",
      message(actor, socket, data): void | Promise<void> {
        const { handled } = actor.state;
        const answer = () => {
          handled.push(data as string);
          socket.send(`${data} ${handled.length}`);
        };
        if (!(data as string).endsWith("slow")) return answer();
        return new Promise<void>((resolve) => void host.after(25, resolve)).then(answer);
      },
    },
  }) as ActorDefinition;
}

/** What is durable of the actor now. */
export function committedLedger(backend: MemoryBackend, actorId: ActorId): readonly string[] {
  return keptState<Ledger>(backend, actorId)?.handled ?? [];
}
