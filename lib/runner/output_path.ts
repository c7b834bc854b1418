import type { OutputGate, Refusal } from "../delivery/mod.ts";
import type { ToServerTunnelBody } from "../protocol/mod.ts";
import type { Channel, Outgoing } from "./channel.ts";
import type { CommitLoop } from "./commit_loop.ts";
import type { Outbox } from "./outbox.ts";
import { keepSpoken } from "./spoken_message.ts";

/** Limits of the gate, as their options are called. */
export type GateLimit = "gateMessages" | "gateBytes";

const LIMITS: Readonly<Record<Refusal, GateLimit>> = {
  messages: "gateMessages",
  bytes: "gateBytes",
};

export interface OutputPathOptions {
  readonly isStateful: boolean;
  /** Whether what the actor says waits for nothing: its author wants it so. */
  readonly isImmediate: boolean;
}

/**
 * The way out for everything that one actor says: through the gate, which the commit opens, or past
 * it where nothing is said that depends on what is not durable, or where the author does not mind.
 *
 * Two words wait whatever the author wants, as the gateway acts on them for good: the answer that
 * opens a hibernatable socket waits for the socket's record, and its close, with which the gateway
 * drops what is not acked, for the state that has seen its messages. What is said behind the first
 * goes out with it.
 */
export class OutputPath {
  readonly #outbox: Outbox;
  readonly #gate: OutputGate<Outgoing>;
  readonly #commit: CommitLoop;
  readonly #options: OutputPathOptions;
  /** Sockets whose first word waits, and how many commits had begun before it: the next covers it. */
  readonly #opening = new Map<Channel, number>();

  constructor(
    outbox: Outbox,
    gate: OutputGate<Outgoing>,
    commit: CommitLoop,
    options: OutputPathOptions,
  ) {
    this.#outbox = outbox;
    this.#gate = gate;
    this.#commit = commit;
    this.#options = options;
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
    if (this.#passes(output)) {
      this.#pass(output);
      return "taken";
    }
    const outcome = this.#hold(output, bytes);
    this.#commit.touch();
    return outcome === "held" ? "taken" : LIMITS[outcome];
  }

  /** Says, whatever is held already, what ends a channel. */
  sayLast(channel: Channel, body: ToServerTunnelBody): void {
    const output = { channel, body };
    if (this.#passes(output)) return this.#pass(output);
    this.#gate.holdAlways(output);
    this.#commit.touch();
  }

  /** Puts what the gate has let out on the tunnel. */
  send({ channel, body }: Outgoing): void {
    if (body.kind === "webSocketOpen" && this.#opening.get(channel) !== this.#gate.commits) {
      this.#opening.delete(channel);
    }
    channel.sent(this.#outbox.send(channel, body), body);
  }

  /** Says, past the gate, what depends on nothing that the actor has done. */
  sayNow(channel: Channel, body: ToServerTunnelBody): void {
    this.#outbox.send(channel, body);
  }

  /** What it was said in is lost. Returns how many outputs that was. */
  drop(): number {
    return this.#gate.drop();
  }

  #passes({ channel, body }: Outgoing): boolean {
    const { isStateful, isImmediate } = this.#options;
    if (!isImmediate) {
      return !isStateful && !this.#commit.hasWrites && this.#gate.heldMessages === 0;
    }
    if (this.#opening.has(channel)) return false;
    const isForGood = body.kind === "webSocketOpen" || body.kind === "webSocketClose";
    return !(isForGood && channel.outlivesCut);
  }

  #pass(output: Outgoing): void {
    this.send(output);
    // What was changed with it, in a timer perhaps, is kept soon all the same.
    if (this.#options.isStateful) this.#commit.touch();
  }

  #hold(output: Outgoing, bytes: number): "held" | Refusal {
    keepSpoken(output.body);
    if (!this.#options.isImmediate) return this.#gate.hold(output, bytes);
    const { channel, body } = output;
    const { commits } = this.#gate;
    // Behind a first word that is in the commit under way, it waits for no more than that one.
    const isCovered = body.kind !== "webSocketOpen" && this.#opening.get(channel) !== commits;
    const outcome = isCovered ? this.#gate.join(output, bytes) : this.#gate.hold(output, bytes);
    if (outcome === "held" && body.kind === "webSocketOpen") this.#opening.set(channel, commits);
    return outcome;
  }
}
