import type { ActorContext, ActorKv, ActorSocket, ActorSockets } from "../actor/mod.ts";
import { ActorError } from "../actor/errors.ts";
import type { ActorConfig, ActorId } from "../protocol/mod.ts";
import { SpokenMessage } from "./spoken_message.ts";
import type { TunnelSocket } from "./tunnel_socket.ts";

/** What the author's context reaches of the hosted actor. */
export interface ContextOwner {
  readonly sockets: ReadonlySet<TunnelSocket>;
  readonly kv: ActorKv;
  readonly alarmTs: number | null;
  state: unknown;
  epoch(): number;
  setAlarm(at: number | null): void;
  intend(intent: "sleep" | "stop"): void;
}

/** The actor as its author holds it: no more than {@link ActorContext} says. */
export class HostedContext implements ActorContext {
  readonly id: string;
  readonly name: string;
  readonly key: string | null;
  readonly input: Uint8Array | null;
  readonly #owner: ContextOwner;

  constructor(owner: ContextOwner, actorId: ActorId, config: ActorConfig) {
    this.#owner = owner;
    this.id = actorId;
    this.name = config.name;
    this.key = config.key;
    this.input = config.input?.slice() ?? null;
  }

  get state(): unknown {
    return this.#owner.state;
  }

  set state(state: unknown) {
    this.#owner.state = state;
  }

  get kv(): ActorKv {
    return this.#owner.kv;
  }

  get sockets(): ActorSockets {
    return this.#owner.sockets;
  }

  get alarm(): number | null {
    return this.#owner.alarmTs;
  }

  broadcast(data: string | Uint8Array, except?: ActorSocket): void {
    if (this.#owner.sockets.size === 0) return;
    const message = new SpokenMessage(data);
    for (const socket of this.#owner.sockets) if (socket !== except) socket.say(message);
  }

  setAlarm(at: number | Date | null): void {
    const ts = at === null ? null : Math.trunc(Number(at));
    if (ts !== null && !Number.isSafeInteger(ts)) {
      throw new ActorError(
        "actor.alarm_invalid",
        `The alarm is ${at}, milliseconds since the epoch or a valid date is wanted`,
      );
    }
    this.#owner.setAlarm(ts);
  }

  now(): number {
    return this.#owner.epoch();
  }

  sleep(): void {
    this.#owner.intend("sleep");
  }

  destroy(): void {
    this.#owner.intend("stop");
  }
}
