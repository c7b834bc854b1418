import type { Timer } from "../host/host.ts";
import type { RequestId } from "../protocol/mod.ts";
import type { ClientSocket } from "./client_socket.ts";
import type { GatewayContext } from "./context.ts";

/** Records written together at a start: one commit for many, and no more than the store queues. */
const SETTLED_AT_ONCE = 1_000;

/**
 * Keeps the records of hibernatable sockets alive, all of them in one write: a socket costs no timer
 * and no write of its own, awake or asleep.
 */
export class HibernationKeeper {
  readonly #context: GatewayContext;
  /** Sockets whose record the store could not take or remove: done again with the keep-alive. */
  readonly #unwritten = new Set<RequestId>();
  #keptAliveTs: number | null = null;
  #timer: Timer | undefined;

  constructor(context: GatewayContext) {
    this.#context = context;
  }

  /**
   * Forgets the sockets of the process before this one, whose clients went with it, and settles the
   * actors that it left awake.
   */
  async recover(): Promise<void> {
    const { store, host, alarms, actors } = this.#context;
    await store.sockets.clear();
    let settled: Promise<void>[] = [];
    for (const record of await store.actors.unsettled()) {
      if (record.crashPolicy === "restart") {
        const entry = await actors.get(record.actorId);
        entry.wake("moved");
        continue;
      }
      const asleep = { ...record, sleepTs: host.epoch(), pendingAllocationTs: null };
      settled.push(store.actors.update(asleep));
      if (settled.length < SETTLED_AT_ONCE) continue;
      await Promise.all(settled);
      settled = [];
    }
    await Promise.all(settled);
    for (const { actorId, alarmTs } of await store.actors.alarms()) {
      if (actors.peek(actorId) === undefined) alarms.set(actorId, alarmTs);
    }
    this.#schedule();
  }

  /** When all records that there were then were last kept alive, in ms since the epoch. */
  get keptAliveTs(): number | null {
    return this.#keptAliveTs;
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** The socket may hibernate from now on: its record is written at once. */
  keep(socket: ClientSocket): void {
    const { store, host, gatewayId } = this.#context;
    const { requestId, openedTs, actor: { record: { actorId } } } = socket;
    const record = { gatewayId, requestId, actorId, openedTs, keepAliveTs: host.epoch() };
    this.#write(requestId, store.sockets.put(record));
  }

  /** The socket is closed, in whatever way: its record goes. */
  drop(requestId: RequestId): void {
    this.#write(requestId, this.#context.store.sockets.delete([requestId]));
  }

  #write(requestId: RequestId, done: Promise<void>): void {
    done.catch((error) => {
      this.#unwritten.add(requestId);
      this.#context.observer.storeFailed?.("socket", error);
    });
  }

  #schedule(): void {
    const { host, options } = this.#context;
    this.#timer = host.after(options.hibernationKeepAliveMs, () => this.#keepAlive());
  }

  #keepAlive(): void {
    const { sockets, store, host, observer } = this.#context;
    const unwritten = [...this.#unwritten];
    this.#unwritten.clear();
    for (const id of unwritten) {
      const socket = sockets.get(id);
      if (socket?.hibernatable) this.keep(socket);
      else this.drop(id);
    }
    const ids: number[] = [];
    for (const socket of sockets.values()) if (socket.hibernatable) ids.push(socket.requestId);
    if (ids.length > 0) {
      const ts = host.epoch();
      store.sockets.keepAlive(ids, ts).then(
        () => void (this.#keptAliveTs = ts),
        (error) => observer.storeFailed?.("keep-alive", error),
      );
    }
    this.#schedule();
  }
}
