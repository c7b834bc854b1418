/**
 * The newest entries of a log, each with a running id from 1: a ring, so that a push costs the same
 * whether it is full or not, and memory stays within `capacity` entries.
 */
export class BoundedLog<Entry extends object> {
  readonly #capacity: number;
  readonly #ring: Entry[] = [];
  #lastId = 0;

  /** `capacity`: entries kept, at least 1. */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError(`The capacity of a log is ${capacity}, wanted a whole number from 1 on`);
    }
    this.#capacity = capacity;
  }

  /** Id of the newest entry, 0 before the first. Also how many there ever were. */
  get lastId(): number {
    return this.#lastId;
  }

  /** How many entries have left the ring. */
  get forgotten(): number {
    return this.#lastId - this.#ring.length;
  }

  push(entry: Entry): void {
    const id = ++this.#lastId;
    this.#ring[(id - 1) % this.#capacity] = entry;
  }

  /** Newest first: at most `limit` entries whose id is greater than `afterId`. */
  newest(limit: number, afterId = 0): (Entry & { readonly id: number })[] {
    const entries: (Entry & { readonly id: number })[] = [];
    const oldest = Math.max(afterId, this.forgotten, this.#lastId - limit);
    for (let id = this.#lastId; id > oldest; id--) {
      entries.push({ ...this.#ring[(id - 1) % this.#capacity]!, id });
    }
    return entries;
  }
}
