import { type ActorId, actorId } from "../protocol/mod.ts";
import { ActorEntry } from "./actor_entry.ts";
import type { GatewayContext } from "./context.ts";
import { actorNotFound, GatewayError } from "./errors.ts";
import { type ActorRecord, StoreError } from "./gateway_store.ts";
import { newRecordId } from "./record_id.ts";
import type { ActorView } from "./view.ts";

/** So many sleepers are shown without asking the store. */
const RECENT = 200;

/** What a new actor is to be. */
export type ActorSpec = Pick<
  ActorRecord,
  "namespace" | "name" | "key" | "input" | "runnerNameSelector" | "crashPolicy"
>;

/**
 * The actors that something is going on with. All others rest in the store, and come here when
 * somebody asks for them.
 */
export class ActorRegistry {
  readonly #context: GatewayContext;
  readonly #entries = new Map<ActorId, ActorEntry>();
  /** Those of the entries that have a key, so that whoever asks by it needs no store. */
  readonly #byName = new Map<string, ActorEntry>();
  readonly #recent = new Map<ActorId, ActorView>();
  /** Made or loaded not long ago: perhaps somebody only asked, and nothing came of it. */
  readonly #fresh = new Set<ActorEntry>();
  /**
   * Forgotten entries that somebody may still hold, such as a request whose body is on its way. Who
   * asks for such an actor gets the same entry: two would start it twice in one generation.
   */
  readonly #held = new Map<ActorId, WeakRef<ActorEntry>>();
  readonly #dropped = new FinalizationRegistry<ActorId>((id) => {
    if (this.#held.get(id)?.deref() === undefined) this.#held.delete(id);
  });
  readonly #creating = new Map<string, Promise<{ entry: ActorEntry; created: boolean }>>();
  /** Loads under way: two askers must not make two entries of one actor. */
  readonly #loading = new Map<string, Promise<ActorEntry | undefined>>();

  /** Records that the store refused: newer than what it has, and written again by the sweep. */
  readonly #unwritten = new Map<ActorId, ActorRecord>();

  constructor(context: GatewayContext) {
    this.#context = context;
  }

  /** Keeps the record as it is now, in the background. A failure is told, and made good later. */
  persist(record: ActorRecord): void {
    this.#written(record, this.#context.store.actors.update(record));
  }

  /**
   * Keeps the record before long: that it wakes, runs or sleeps. A gateway that dies before takes the
   * actor's sockets with it, and the next one lets every actor sleep but those that must be up.
   */
  persistSoon(record: ActorRecord): void {
    if (record.crashPolicy === "restart") return this.persist(record);
    this.#written(record, this.#context.store.actors.updateSoon(record));
  }

  #written(record: ActorRecord, write: Promise<void>): void {
    const { observer } = this.#context;
    write.then(
      () => void this.#unwritten.delete(record.actorId),
      (error) => {
        this.#unwritten.set(record.actorId, record);
        observer.storeFailed?.("actor", error);
      },
    );
  }

  /** Writes again what the store refused. The sweep calls it. */
  persistAgain(): void {
    // They stay until they are written: a read that is under way brings what was before.
    for (const record of [...this.#unwritten.values()]) this.persist(record);
  }

  /** Sleepers that nothing goes on with, as they were when they fell asleep: the latest of them. */
  get recent(): Iterable<ActorView> {
    return this.#recent.values();
  }

  get entries(): Iterable<ActorEntry> {
    return this.#entries.values();
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The entry, when the actor is in memory. */
  peek(id: ActorId): ActorEntry | undefined {
    return this.#entries.get(id);
  }

  /**
   * The actor as it is, destroyed ones included, without taking it up: nothing goes on with it for
   * that. `undefined` when there never was one.
   */
  async look(id: ActorId): Promise<ActorEntry | undefined> {
    const known = this.#entries.get(id) ?? this.#held.get(id)?.deref();
    if (known !== undefined) return known;
    const record = this.#unwritten.get(id) ?? await this.#context.store.actors.get(id);
    // It may have been taken up meanwhile.
    return this.#entries.get(id) ?? (record && new ActorEntry(this.#context, record));
  }

  /** The actor, awake or not. Throws `actor.not_found`. */
  async get(id: ActorId): Promise<ActorEntry> {
    const entry = this.#entries.get(id) ??
      await this.#load(id, () => this.#context.store.actors.get(id));
    if (entry === undefined || entry.phase === "destroyed") throw actorNotFound(id);
    return entry;
  }

  /**
   * The entry to use in place of one that was got a moment ago and may have been forgotten since:
   * an actor never has two. Throws `actor.not_found` when it was destroyed meanwhile.
   */
  current(entry: ActorEntry): ActorEntry {
    if (entry.phase === "destroyed") throw actorNotFound(entry.record.actorId);
    return this.#keep(entry.record, entry);
  }

  /** The entry of that {@link fullNameOf}, when the actor is in memory. */
  named(fullName: string): ActorEntry | undefined {
    return this.#byName.get(fullName);
  }

  /** The actor of that name and key that is not destroyed. */
  async find(namespace: string, name: string, key: string | null): Promise<ActorEntry | undefined> {
    const fullName = fullNameOf({ namespace, name, key });
    return this.#byName.get(fullName) ?? await this.#load(
      fullName,
      () => this.#context.store.actors.find(namespace, name, key),
    );
  }

  /** Makes a new actor and keeps it. Throws `actor.duplicate_key`. */
  async create(spec: ActorSpec): Promise<ActorEntry> {
    if (!this.#context.runners.knowsName(spec)) {
      throw new GatewayError(
        404,
        "actor",
        "unknown_name",
        `No connected runner "${spec.runnerNameSelector}" has an actor named "${spec.name}"`,
      );
    }
    const record: ActorRecord = {
      ...spec,
      actorId: actorId(newRecordId(this.#context.host)),
      createTs: this.#context.host.epoch(),
      generation: 0,
      startTs: null,
      connectableTs: null,
      pendingAllocationTs: null,
      sleepTs: null,
      rescheduleTs: null,
      destroyTs: null,
      alarmTs: null,
      error: null,
    };
    try {
      await this.#context.store.actors.create(record);
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== "store.exists") throw error;
      const existing = await this.#context.store.actors.find(spec.namespace, spec.name, spec.key);
      throw new GatewayError(
        409,
        "actor",
        "duplicate_key",
        `An actor "${spec.name}" with the key ${JSON.stringify(spec.key)} exists`,
        { existing_actor_id: existing?.actorId ?? null, key: spec.key },
      );
    }
    return this.#keep(record);
  }

  /** The actor of the spec's name and key, made when there is none. Whoever asks first makes it. */
  async getOrCreate(spec: ActorSpec): Promise<{ entry: ActorEntry; created: boolean }> {
    const name = fullNameOf(spec);
    const known = this.#byName.get(name);
    if (known !== undefined) return { entry: known, created: false };
    const first = this.#creating.get(name);
    // The store does not keep two actors without a key apart: whoever comes second waits.
    if (first !== undefined) return { entry: (await first).entry, created: false };
    const creation = this.#findOrCreate(spec).finally(() => this.#creating.delete(name));
    this.#creating.set(name, creation);
    return await creation;
  }

  async #findOrCreate(spec: ActorSpec): Promise<{ entry: ActorEntry; created: boolean }> {
    const found = await this.find(spec.namespace, spec.name, spec.key);
    if (found !== undefined) return { entry: found, created: false };
    try {
      return { entry: await this.create(spec), created: true };
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== "duplicate_key") throw error;
      const made = await this.find(spec.namespace, spec.name, spec.key);
      if (made === undefined) throw error;
      return { entry: made, created: false };
    }
  }

  /** Nothing goes on with it any more. Its record is in the store. */
  forget(entry: ActorEntry): void {
    const id = entry.record.actorId;
    if (this.#entries.get(id) !== entry) return;
    this.#entries.delete(id);
    if (entry.record.key !== null) this.#byName.delete(fullNameOf(entry.record));
    this.#held.set(id, new WeakRef(entry));
    this.#dropped.register(entry, id, entry);
    if (entry.phase === "asleep") this.#remember(entry.view());
    const { alarmTs } = entry.record;
    if (entry.phase === "asleep" && alarmTs !== null) this.#context.alarms.set(id, alarmTs);
  }

  /** Lets go of sleepers that were asked for and that nothing came of. The sweep calls it. */
  forgetIdle(): void {
    for (const entry of this.#fresh) entry.released();
    this.#fresh.clear();
  }

  /** Shows sleepers of an earlier process too. */
  async recall(namespace: string): Promise<void> {
    const query = { namespace, includeDestroyed: false, limit: RECENT };
    const records = await this.#context.store.actors.list(query);
    for (const record of records.reverse()) {
      if (this.#entries.has(record.actorId)) continue;
      this.#remember(new ActorEntry(this.#context, record).view());
    }
  }

  #remember(view: ActorView): void {
    this.#recent.set(view.actorId, view);
    for (const oldest of this.#recent.keys()) {
      if (this.#recent.size <= RECENT) break;
      this.#recent.delete(oldest);
    }
  }

  #keep(record: ActorRecord, given?: ActorEntry): ActorEntry {
    const known = this.#entries.get(record.actorId);
    if (known !== undefined) return known;
    const entry = given ?? this.#held.get(record.actorId)?.deref() ??
      new ActorEntry(this.#context, record);
    this.#held.delete(record.actorId);
    this.#dropped.unregister(entry);
    if (entry.phase === "destroyed") return entry;
    this.#entries.set(record.actorId, entry);
    if (record.key !== null) this.#byName.set(fullNameOf(record), entry);
    this.#fresh.add(entry);
    this.#recent.delete(record.actorId);
    return entry;
  }

  #load(
    key: string,
    read: () => Promise<ActorRecord | undefined>,
  ): Promise<ActorEntry | undefined> {
    const running = this.#loading.get(key);
    if (running !== undefined) return running;
    const load = read()
      .then((record) =>
        record === undefined ? undefined : this.#keep(this.#unwritten.get(record.actorId) ?? record)
      )
      .finally(() => this.#loading.delete(key));
    this.#loading.set(key, load);
    return load;
  }
}

/** What tells actors with a key apart. Those without one share it. */
export function fullNameOf(
  { namespace, name, key }: Pick<ActorRecord, "namespace" | "name" | "key">,
): string {
  return JSON.stringify([namespace, name, key]);
}
