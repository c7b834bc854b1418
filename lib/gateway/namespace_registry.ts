import type { Host } from "../host/host.ts";
import { GatewayError } from "./errors.ts";
import { type NamespaceRecord, type NamespaceStore, StoreError } from "./gateway_store.ts";
import type { GatewayObserver } from "./observer.ts";
import { newRecordId } from "./record_id.ts";

/** The namespace that is always there. */
export const DEFAULT_NAMESPACE = "default";
/** Characters of a namespace's name, as the engine counts them. */
const LONGEST_NAME = 64;
const LONGEST_DISPLAY_NAME = 128;
/** What the engine takes: words of small letters and digits, joined by single dashes. */
const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

export interface NamespaceSetup {
  readonly host: Host;
  readonly store: NamespaceStore;
  readonly observer: GatewayObserver;
  /** The option `namespaces`. */
  readonly limit: number;
}

/** The namespaces of a gateway. They are few and never deleted, so all of them stay in memory. */
export class NamespaceRegistry {
  readonly #setup: NamespaceSetup;
  readonly #byName = new Map<string, NamespaceRecord>();
  /** Room that is taken by those on their way to the store. */
  #creating = 0;

  constructor(setup: NamespaceSetup) {
    this.#setup = setup;
  }

  /** Takes up what the store holds, and makes {@link DEFAULT_NAMESPACE} when it is not there. */
  async load(): Promise<void> {
    for (const record of await this.#setup.store.list()) this.#byName.set(record.name, record);
    if (!this.has(DEFAULT_NAMESPACE)) await this.create(DEFAULT_NAMESPACE, "Default");
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** Throws `namespace.not_found`. */
  get(name: string): NamespaceRecord {
    const record = this.#byName.get(name);
    if (record !== undefined) return record;
    throw new GatewayError(
      404,
      "namespace",
      "not_found",
      `There is no namespace ${JSON.stringify(name)}`,
    );
  }

  list(): NamespaceRecord[] {
    return [...this.#byName.values()];
  }

  /** Resolves when it is durable. Throws `namespace.*`: what is wrong with the name, or taken. */
  async create(name: string, displayName: string): Promise<NamespaceRecord> {
    checkLength("name", name, LONGEST_NAME);
    if (!NAME.test(name)) {
      throw invalid("invalid name", "a-z, 0-9 and single dashes between them are wanted");
    }
    checkLength("display name", displayName, LONGEST_DISPLAY_NAME);
    if (this.has(name)) throw notUnique(name);
    const { host, store } = this.#setup;
    this.#checkRoom();
    const namespaceId = newRecordId(host);
    const record = { namespaceId, name, displayName, createTs: host.epoch() };
    this.#creating++;
    try {
      await store.create(record);
    } catch (error) {
      if (error instanceof StoreError && error.code === "store.exists") throw notUnique(name);
      throw error;
    } finally {
      this.#creating--;
    }
    this.#byName.set(name, record);
    return record;
  }

  #checkRoom(): void {
    const { limit, observer } = this.#setup;
    if (this.#byName.size + this.#creating < limit) return;
    observer.limitReached?.("namespaces", limit);
    throw new GatewayError(
      409,
      "namespace",
      "too_many",
      `The gateway's limit namespaces of ${limit} is reached`,
    );
  }
}

function checkLength(what: string, value: string, longest: number): void {
  if (value.length === 0) throw invalid(`${what} too short`, "at least 1 character is wanted");
  if (value.length <= longest) return;
  throw invalid(
    `${what} too long`,
    `it has ${value.length} characters, at most ${longest} are wanted`,
  );
}

const invalid = (reason: string, wanted: string): GatewayError =>
  new GatewayError(
    400,
    "namespace",
    "failed_to_create",
    `Failed to create namespace: ${reason}; ${wanted}`,
    { reason },
  );

const notUnique = (name: string): GatewayError =>
  new GatewayError(
    409,
    "namespace",
    "name_not_unique",
    `A namespace ${JSON.stringify(name)} exists`,
    { name },
  );
