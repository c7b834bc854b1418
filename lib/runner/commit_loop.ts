import type { OutputGate } from "../delivery/mod.ts";
import type { KvCall } from "../actor/kv.ts";
import type { Host } from "../host/host.ts";
import { distance, KV_LIMITS, type MessageIndex, textBytes } from "../protocol/mod.ts";
import type { Outgoing } from "./channel.ts";
import { type CommitPlan, planCommit } from "./commit_plan.ts";
import {
  type Entry,
  type Header,
  indexValue,
  metaKey,
  metaValue,
  TOMBSTONE,
  windowKey,
} from "../kept/records.ts";
import type { Snapshot } from "../kept/snapshot.ts";
import { checkStateBytes } from "../kept/state_parts.ts";
import type { TunnelSocket } from "./tunnel_socket.ts";
import type { CommittedState } from "./view.ts";

/** The actor whose commits these are. */
export interface CommitOwner {
  readonly generation: number;
  /** Whether a handler is half way, so that its state must not be kept now. */
  readonly isBusy: boolean;
  /** The state as text; `null` for an actor without. Throws when it cannot be serialised. */
  stateText(): string | null;
  readonly alarmTs: number | null;
  /** So many bytes more of the socket are durable now; `again`: its last ack may be lost. */
  ack(socket: TunnelSocket, bytes: number, again: boolean): void;
  /** The store has no record of the closed socket any more. */
  forget(socket: TunnelSocket): void;
  send(output: Outgoing): void;
  /** A commit has taken what was changed: there is room for more. */
  collected(): void;
  /** The alarm is durable as it is now. */
  alarmKept(alarmTs: number | null): void;
  /** A commit is through: `bytes` written, `messages` acked, after `ms`. */
  committed(bytes: number, messages: number, ms: number): void;
  /** A commit can never be: the actor has lost what it did since the last one. */
  commitFailed(error: unknown): void;
}

export interface CommitLimits {
  readonly socketsPerCommit: number;
  readonly stateBytes: number;
}

/** What one commit covers of the sockets, and what it writes of them. */
interface SocketChanges {
  readonly sockets: readonly TunnelSocket[];
  readonly indexes: readonly MessageIndex[];
  readonly handledBytes: readonly number[];
  /** Whether an ack is due although nothing is new: the one before may be lost. */
  readonly ackAgain: readonly boolean[];
  readonly closed: readonly TunnelSocket[];
  readonly bound: readonly Entry[];
  readonly free: readonly Entry[];
  readonly leftovers: readonly Uint8Array[];
}

const NO_SOCKETS: SocketChanges = {
  sockets: [],
  indexes: [],
  handledBytes: [],
  ackAgain: [],
  closed: [],
  bound: [],
  free: [],
  leftovers: [],
};
const NOTHING: CommitPlan = { puts: [], header: null, leftovers: [], bytes: 0 };

/** What one commit covers. */
interface Batch {
  readonly sockets: SocketChanges;
  readonly state: string | null;
  readonly plan: CommitPlan;
  readonly startedAt: number;
}

/**
 * Makes an actor's work durable, then lets the world know of it: at most one commit is under way,
 * and each takes everything that was handled before it.
 *
 *   1. end of a turn, no handler half way: what is different from the last commit?
 *   2. one put with the state and every index that it has seen (nothing different: no put); what a
 *      large state has more is written ahead of it, where nobody looks yet
 *   3. durable: the outputs that waited for it, then one cumulative ack a socket
 *   4. more was handled meanwhile: from the start
 */
export class CommitLoop {
  readonly #host: Host;
  readonly #owner: CommitOwner;
  readonly #kv: KvCall;
  readonly #gate: OutputGate<Outgoing>;
  readonly #limits: CommitLimits;
  /** Sockets with an index to write or ack, an attachment to write or a record to remove. */
  #changed = new Set<TunnelSocket>();
  #toWrite = 0;
  #dirty = false;
  #scheduled = false;
  #writing = false;
  #stopped = false;
  #state: string | null = null;
  #header: Header = { revision: 0, parts: 0, stateBytes: 0 };
  #leftovers: readonly Uint8Array[] = [];
  #waiters: (() => void)[] = [];

  constructor(
    host: Host,
    owner: CommitOwner,
    kv: KvCall,
    gate: OutputGate<Outgoing>,
    limits: CommitLimits,
  ) {
    this.#host = host;
    this.#owner = owner;
    this.#kv = kv;
    this.#gate = gate;
    this.#limits = limits;
  }

  /** Begins where the last generation ended. */
  restore(snapshot: Snapshot): void {
    this.#state = snapshot.state;
    if (snapshot.header !== null) this.#header = snapshot.header;
    this.#leftovers = snapshot.leftovers;
  }

  /** What the store has of the state, as far as is known here. */
  get committed(): CommittedState {
    const { revision, stateBytes } = this.#header;
    return { text: this.#state, bytes: stateBytes, revision };
  }

  /** Whether anything is not durable yet, or may not be. */
  get isPending(): boolean {
    return this.#dirty || this.#writing;
  }

  /** Whether a record of a socket or the alarm waits to be written. */
  get hasWrites(): boolean {
    return this.#writing || this.#toWrite > 0 ||
      this.#owner.alarmTs !== (this.#header.alarmTs ?? null);
  }

  /** Whether nothing is to be written, and nothing waits for what is. */
  get isClear(): boolean {
    return !this.isPending && !this.hasWrites;
  }

  /** Whether the next commit has no room for another socket. */
  get isFull(): boolean {
    return this.#toWrite >= this.#limits.socketsPerCommit;
  }

  /** Something may have changed: looks at the end of the turn. */
  touch(): void {
    this.#dirty = true;
    if (this.#scheduled || this.#writing || this.#stopped) return;
    this.#scheduled = true;
    this.#host.defer(this.#deferred);
  }

  /** Takes what there is to commit now: between two handlers that would leave no turn between. */
  flush(): void {
    this.#dirty = true;
    this.#run();
  }

  /** The socket has an index to ack. */
  toAck(socket: TunnelSocket): void {
    this.#changed.add(socket);
    this.touch();
  }

  /** The socket's index, or its end, is to be written. */
  indexChanged(socket: TunnelSocket): void {
    if (!socket.indexChanged && !socket.metaChanged) this.#toWrite++;
    socket.indexChanged = true;
    this.toAck(socket);
  }

  metaChanged(socket: TunnelSocket): void {
    if (!socket.indexChanged && !socket.metaChanged) this.#toWrite++;
    socket.metaChanged = true;
    this.toAck(socket);
  }

  /** Resolves when everything is durable that was done until then, or never will be. */
  settled(): Promise<void> {
    if (!this.isPending || this.#stopped) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** No further commit. What is under way may still happen, but nobody is told. */
  stop(): void {
    this.#stopped = true;
    this.#changed.clear();
    this.#tellWaiters();
  }

  readonly #deferred = (): void => {
    this.#scheduled = false;
    if (this.#dirty) this.#run();
  };

  #run(): void {
    // A handler's end touches again; so does the commit under way.
    if (this.#stopped || this.#writing || this.#owner.isBusy) return;
    let batch: Batch;
    try {
      batch = this.#collect();
    } catch (error) {
      return this.#fail(error);
    }
    this.#dirty = false;
    this.#gate.seal();
    const { puts } = batch.plan;
    if (puts.length === 0) {
      this.#finish(batch);
    } else {
      this.#writing = true;
      this.#write(puts).then(() => this.#written(batch), (error) => this.#fail(error));
    }
    if (!this.#stopped) this.#owner.collected();
  }

  /** Takes everything that differs from the store. */
  #collect(): Batch {
    const state = this.#owner.stateText();
    let changed: Uint8Array | null = null;
    if (state !== null && state !== this.#state) {
      changed = textBytes(state);
      checkStateBytes(changed.length, this.#limits.stateBytes);
    }
    if (changed === null && this.#isRestUnchanged) {
      return { sockets: NO_SOCKETS, state, plan: NOTHING, startedAt: 0 };
    }
    const sockets = this.#collectSockets(state !== null);
    const plan = planCommit({
      header: this.#header,
      generation: this.#owner.generation,
      alarmTs: this.#owner.alarmTs,
      state: changed,
      bound: sockets.bound,
      free: sockets.free,
      leftovers: [...this.#leftovers, ...sockets.leftovers],
    });
    return { sockets, state, plan, startedAt: this.#host.now() };
  }

  /** Whether there is nothing to be written but the state. */
  get #isRestUnchanged(): boolean {
    return this.#changed.size === 0 && this.#leftovers.length === 0 &&
      this.#owner.alarmTs === (this.#header.alarmTs ?? null);
  }

  /** @param hasState Without it there is nothing that an index would have to agree with. */
  #collectSockets(hasState: boolean): SocketChanges {
    const sockets = [...this.#changed];
    this.#changed.clear();
    this.#toWrite = 0;
    const indexes: MessageIndex[] = [];
    const handledBytes: number[] = [];
    const ackAgain: boolean[] = [];
    const closed: TunnelSocket[] = [];
    const bound: Entry[] = [];
    const free: Entry[] = [];
    const leftovers: Uint8Array[] = [];
    for (const socket of sockets) {
      const { gatewayId, requestId, window } = socket;
      const handled = window?.lastHandled ?? (0 as MessageIndex);
      indexes.push(handled);
      handledBytes.push(socket.takeHandledBytes());
      ackAgain.push(socket.ackAgain);
      socket.ackAgain = false;
      const { indexChanged, metaChanged } = socket;
      socket.indexChanged = socket.metaChanged = false;
      if (!socket.isOpen && !socket.isOpening) {
        closed.push(socket);
        if (!socket.recorded) continue;
        // Only what a handled message says belongs into the put of the state that has seen it.
        const end: Entry = [windowKey(gatewayId, requestId), TOMBSTONE];
        (hasState && window!.hasUncommitted ? bound : free).push(end);
        leftovers.push(end[0], metaKey(gatewayId, requestId));
        socket.recorded = false;
        continue;
      }
      if (indexChanged) {
        const entry: Entry = [windowKey(gatewayId, requestId), indexValue(handled)];
        const isBound = hasState && (window!.hasUncommitted || !socket.recorded);
        (isBound ? bound : free).push(entry);
      }
      if (metaChanged) {
        const value = metaValue(socket.path, socket.attachmentText);
        free.push([metaKey(gatewayId, requestId), value]);
      }
      if (indexChanged) socket.recorded = true;
    }
    return { sockets, indexes, handledBytes, ackAgain, closed, bound, free, leftovers };
  }

  /** Once the actor has left, the next put is refused: its next life may have begun elsewhere. */
  async #write(puts: readonly (readonly Entry[])[]): Promise<void> {
    for (const put of puts) {
      await this.#kv({
        kind: "put",
        keys: put.map(([key]) => key),
        values: put.map(([, value]) => value),
      });
    }
  }

  #written(batch: Batch): void {
    this.#writing = false;
    if (this.#stopped) return;
    this.#finish(batch);
  }

  #finish(batch: Batch): void {
    const { sockets, indexes, handledBytes, ackAgain, closed } = batch.sockets;
    const { header, leftovers, bytes } = batch.plan;
    let messages = 0;
    if (batch.state !== null) this.#state = batch.state;
    if (header !== null) {
      const alarmMoved = (header.alarmTs ?? null) !== (this.#header.alarmTs ?? null);
      this.#header = header;
      if (alarmMoved) this.#owner.alarmKept(header.alarmTs ?? null);
    }
    // Before the acks: an ack that gets lost is given again, an answer is not.
    this.#gate.release(this.#send);
    for (const [i, socket] of sockets.entries()) {
      if (socket.window === null) continue;
      const advanced = distance(socket.window.lastCommitted, indexes[i]!);
      if (advanced > 0) {
        messages += advanced;
        socket.window.commit(indexes[i]!);
        if (batch.state !== null) socket.follower?.committed(indexes[i]!, this.#header.revision);
      }
      if (socket.closedHere) continue;
      if (advanced > 0 || ackAgain[i]!) {
        this.#owner.ack(socket, handledBytes[i]!, ackAgain[i]!);
      }
    }
    for (const socket of closed) this.#owner.forget(socket);
    this.#clean(leftovers);
    if (sockets.length > 0 || bytes > 0) {
      const ms = this.#host.now() - batch.startedAt;
      this.#owner.committed(bytes, messages, ms);
    }
    if (this.#dirty) this.touch();
    else this.#tellWaiters();
  }

  /** Removes keys that mean nothing any more. Should it fail, the next load finds them again. */
  #clean(leftovers: readonly Uint8Array[]): void {
    this.#leftovers = [];
    for (let i = 0; i < leftovers.length; i += KV_LIMITS.keysPerCall) {
      const keys = leftovers.slice(i, i + KV_LIMITS.keysPerCall);
      this.#kv({ kind: "delete", keys }).catch(() => {});
    }
  }

  #fail(error: unknown): void {
    if (this.#stopped) return;
    this.stop();
    this.#owner.commitFailed(error);
  }

  readonly #send = (output: Outgoing): void => this.#owner.send(output);

  #tellWaiters(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }
}
