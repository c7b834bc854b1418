import {
  CURRENT_VERSION,
  decodeToClient,
  decodeToServer,
  type ToClient,
  type ToServer,
} from "../../lib/protocol/mod.ts";
import type { Runner } from "../../lib/runner/mod.ts";
import { GroupCommit } from "../../lib/store/group_commit.ts";
import type { Operation } from "../../lib/store/tables.ts";
import { FakeClient } from "../support/fake_client.ts";
import type { Wire, WireEnd, WireWatch } from "./small_world_wire.ts";

/** A group commit that shows what waits in it. */
export class SeenCommit extends GroupCommit {
  readonly pending: Set<Operation> = new Set();

  /** Whether somebody waits: nobody does for a record that is brought up to date. */
  get isAwaited(): boolean {
    for (const { table, method } of this.pending) {
      if (table === "kv" || table === "actors" && method !== "update") return true;
      if (table === "namespaces" || method === "list" || method === "clear") return true;
    }
    return false;
  }

  override read<T>(operation: Operation): Promise<T> {
    return this.#see(operation, super.read<T>(operation));
  }

  override write<T>(operation: Operation, bytes = 0): Promise<T> {
    return this.#see(operation, super.write<T>(operation, bytes));
  }

  #see<T>(operation: Operation, done: Promise<T>): Promise<T> {
    this.pending.add(operation);
    const forget = (): void => void this.pending.delete(operation);
    done.then(forget, forget);
    return done;
  }
}

/** A client whose every answer is judged as it arrives. */
export class JudgedClient extends FakeClient {
  /** The number of the last message that was answered. */
  answered = 0;
  readonly #fail: (what: string) => void;

  constructor(fail: (what: string) => void) {
    super();
    this.#fail = fail;
  }

  /** `n n`: the message, and how many were handled then. Each once, and in order. */
  override send(data: string | Uint8Array): void {
    super.send(data);
    const [text, count] = (data as string).split(" ").map(Number);
    if (text !== count || !(text! > this.answered)) this.#fail(`the client got "${data}"`);
    this.answered = text!;
  }
}

/**
 * What went over the wires, as far as it is remembered where no view shows it: commands and events
 * with their acks, and what a runner waits for from the store.
 */
export class Traffic implements WireWatch {
  /** Answers that never reached the gateway, or reached it on a tunnel that it had given up. */
  lostAnswers = 0;
  readonly #heard = new Map<string, string[]>();
  readonly #awaited = new Map<string, Set<number>>();
  /** The wire that the gateway listens to, of each runner. */
  readonly #attached = new Map<string, Wire>();

  /** What the gateway and the runner of that name have heard, and what the runner waits for. */
  memoryOf(name: string): unknown {
    return [this.#heard.get(name), [...this.#awaited.get(name) ?? []].sort((a, b) => a - b)];
  }

  /** Whether the gateway listens to a newer one of the same runner. */
  isReplaced(wire: Wire): boolean {
    const attached = this.#attached.get(wire.name);
    return attached !== undefined && attached.number > wire.number;
  }

  sent(frame: Uint8Array, wire: Wire, from: WireEnd): void {
    if (from === wire.gateway) return;
    const message = decodeToServer(frame, CURRENT_VERSION);
    if (message.kind === "kvRequest") this.#idsOf(wire.name).add(message.requestId);
  }

  taken(frame: Uint8Array, wire: Wire, at: WireEnd): void {
    if (at === wire.gateway) this.#takenByGateway(frame, wire);
    else this.#takenByRunner(decodeToClient(frame, CURRENT_VERSION), wire.name);
  }

  lost(frame: Uint8Array, wire: Wire, to: WireEnd): void {
    if (to === wire.gateway) this.#lose(decodeToServer(frame, CURRENT_VERSION));
  }

  #takenByGateway(frame: Uint8Array, wire: Wire): void {
    const message = decodeToServer(frame, CURRENT_VERSION);
    if (message.kind === "init") this.#attached.set(wire.name, wire);
    if (this.#attached.get(wire.name) !== wire) return this.#lose(message);
    if (message.kind === "ackCommands" || message.kind === "stopping") {
      this.#note("gateway", message.kind);
    }
  }

  #takenByRunner(message: ToClient, name: string): void {
    if (message.kind === "kvResponse") this.#idsOf(name).delete(message.requestId);

    if (message.kind === "commands") {
      for (const { checkpoint, command } of message.commands) {
        this.#note(name, `${checkpoint.generation} ${checkpoint.index} ${command.kind}`);
      }
    }
  }

  #lose(message: ToServer): void {
    if (message.kind === "tunnel" && message.body.kind === "webSocketMessage") this.lostAnswers++;
  }

  #note(who: string, what: string): void {
    const heard = this.#heard.get(who) ?? [];
    this.#heard.set(who, [...heard, what]);
  }

  #idsOf(name: string): Set<number> {
    const ids = this.#awaited.get(name) ?? new Set();
    this.#awaited.set(name, ids);
    return ids;
  }
}

/** What the runner shows, without its times. */
export function memoryOf(runner: Runner): unknown {
  const { state, runnerId, eventsUnacked, outgoingKept, actors, sockets } = runner.view();
  return [
    state,
    runnerId,
    eventsUnacked,
    outgoingKept,
    actors.map((it) => [it.generation, it.phase, it.mailbox, it.uncommitted, it.heldMessages]),
    sockets.map((it) => [
      it.phase,
      it.lastReceived,
      it.lastHandled,
      it.lastCommitted,
      it.lastAcked,
    ]),
  ];
}
