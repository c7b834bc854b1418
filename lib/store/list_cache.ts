import type { ActorId, KvEntries, KvListQuery } from "../protocol/mod.ts";
import { KeptList, latin1 } from "./kept_list.ts";

/** What a list takes in memory besides its entries: measured with 20 000 of them, rounded up. */
export const LIST_OVERHEAD_BYTES = 416;
/** No actor takes more than this part of the whole. */
const ACTOR_SHARE = 1 / 64;

interface ListOptions {
  readonly reverse: boolean;
  readonly limit: number | null;
}

/**
 * What actors were found to have under a prefix, and have written since: an actor that wakes gets
 * its own state from here, instead of from a thread that may be writing that of others.
 *
 * It is no more than the store has on the disk. What is being written is not in here yet, and who
 * lists meanwhile has to ask the store; after a write that failed nobody knows, so the list goes.
 * Each actor has one list, the first that is asked for: that of its start.
 */
export class ListCache {
  readonly #mostBytes: number;
  /** The one that was listed last is the last. */
  readonly #lists = new Map<ActorId, KeptList>();
  /** Writes under way. */
  readonly #writes = new Map<ActorId, number>();
  /** The last list under way of each actor, unless something was written since it was called. */
  readonly #asked = new Map<ActorId, Promise<KvEntries>>();
  #bytes = 0;

  /** @param mostBytes 0: keeps nothing. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** What all lists take in memory together. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What the store would find, or `undefined`: it has to be asked. */
  find(
    actorId: ActorId,
    query: KvListQuery,
    { reverse, limit }: ListOptions,
    listBytes: number,
  ): KvEntries | undefined {
    const list = this.#lists.get(actorId);
    if (list === undefined || reverse || query.kind !== "prefix") return undefined;
    if (this.#writes.has(actorId) || list.size > listBytes) return undefined;
    if (list.prefix !== latin1(query.key)) return undefined;
    this.#lists.delete(actorId);
    this.#lists.set(actorId, list);
    return list.entries(limit);
  }

  /** The store is asked: what it finds is kept when it is all there is. */
  async listed(
    actorId: ActorId,
    query: KvListQuery,
    { reverse, limit }: ListOptions,
    found: Promise<KvEntries>,
  ): Promise<KvEntries> {
    if (
      query.kind !== "prefix" || reverse || this.#mostBytes === 0 || this.#writes.has(actorId) ||
      this.#lists.has(actorId)
    ) return await found;
    const prefix = query.key.slice();
    this.#asked.set(actorId, found);
    const isCurrent = (): boolean => this.#asked.get(actorId) === found;
    try {
      const entries = await found;
      const isAll = limit === null || entries.keys.length < limit;
      if (isAll && isCurrent()) this.#keep(actorId, new KeptList(prefix, entries));
      return entries;
    } finally {
      if (isCurrent()) this.#asked.delete(actorId);
    }
  }

  /**
   * Something of the actor is written, and durable when `done` resolves.
   *
   * @param change What that is for its list; without it, its list goes.
   */
  written<T>(
    actorId: ActorId,
    done: Promise<T>,
    change?: (list: KeptList, result: T) => void,
  ): Promise<void> {
    this.#asked.delete(actorId);
    this.#writes.set(actorId, (this.#writes.get(actorId) ?? 0) + 1);
    // On the store's own promises: those of several writes are heard in their order.
    return done.then((result) => {
      this.#ended(actorId);
      const list = this.#lists.get(actorId);
      if (list === undefined) return;
      if (change === undefined) return this.#forget(actorId, list);
      const before = weight(list);
      change(list, result);
      this.#resized(actorId, list, before);
    }, (error) => {
      this.#ended(actorId);
      const list = this.#lists.get(actorId);
      if (list !== undefined) this.#forget(actorId, list);
      throw error;
    });
  }

  #ended(actorId: ActorId): void {
    const left = this.#writes.get(actorId)! - 1;
    if (left > 0) this.#writes.set(actorId, left);
    else this.#writes.delete(actorId);
  }

  #keep(actorId: ActorId, list: KeptList): void {
    this.#lists.set(actorId, list);
    this.#resized(actorId, list, 0);
  }

  #resized(actorId: ActorId, list: KeptList, before: number): void {
    const now = weight(list);
    if (now === before) return;
    this.#bytes += now - before;
    if (now > this.#mostBytes * ACTOR_SHARE) return this.#forget(actorId, list);
    for (const [oldest, other] of this.#lists) {
      if (this.#bytes <= this.#mostBytes) return;
      this.#forget(oldest, other);
    }
  }

  #forget(actorId: ActorId, list: KeptList): void {
    this.#lists.delete(actorId);
    this.#bytes -= weight(list);
  }
}

function weight(list: KeptList): number {
  return LIST_OVERHEAD_BYTES + list.size;
}
