import type { OutputGate, Refusal } from "../delivery/mod.ts";
import type { ToServerTunnelBody } from "../protocol/mod.ts";
import type { CommitLoop } from "./commit_loop.ts";
import type { Channel, Outbox, Outgoing } from "./outbox.ts";

/** Limits of the gate, as their options are called. */
export type GateLimit = "gateMessages" | "gateBytes";

const LIMITS: Readonly<Record<Refusal, GateLimit>> = {
  messages: "gateMessages",
  bytes: "gateBytes",
};

/**
 * The way out for everything that one actor says: through the gate, which the commit opens, or past
 * it where nothing is said that depends on what is not durable.
 */
export class OutputPath {
  readonly #outbox: Outbox;
  readonly #gate: OutputGate<Outgoing>;
  readonly #commit: CommitLoop;
  readonly #isStateful: boolean;

  constructor(
    outbox: Outbox,
    gate: OutputGate<Outgoing>,
    commit: CommitLoop,
    options: { readonly isStateful: boolean },
  ) {
    this.#outbox = outbox;
    this.#gate = gate;
    this.#commit = commit;
    this.#isStateful = options.isStateful;
  }

  get heldMessages(): number {
    return this.#gate.heldMessages;
  }

  get heldBytes(): number {
    return this.#gate.heldBytes;
  }

  /** Says something. A limit's name means that it is lost: its channel must not go on. */
  say(channel: Channel, body: ToServerTunnelBody, bytes: number): "taken" | GateLimit {
    const output = { channel, body };
    if (this.#passesGate) {
      this.send(output);
      return "taken";
    }
    const outcome = this.#gate.hold(output, bytes);
    this.#commit.touch();
    return outcome === "held" ? "taken" : LIMITS[outcome];
  }

  /** Says, whatever is held already, what ends a channel. */
  sayLast(channel: Channel, body: ToServerTunnelBody): void {
    if (this.#passesGate) return this.send({ channel, body });
    this.#gate.holdAlways({ channel, body });
    this.#commit.touch();
  }

  /** Puts what the gate has let out on the tunnel. */
  send({ channel, body }: Outgoing): void {
    channel.sent(this.#outbox.send(channel, body));
  }

  /** Says, past the gate, what depends on nothing that the actor has done. */
  sayNow(channel: Channel, body: ToServerTunnelBody): void {
    this.#outbox.send(channel, body);
  }

  /** What it was said in is lost. Returns how many outputs that was. */
  drop(): number {
    return this.#gate.drop();
  }

  get #passesGate(): boolean {
    return !this.#isStateful && !this.#commit.hasWrites && this.#gate.heldMessages === 0;
  }
}
