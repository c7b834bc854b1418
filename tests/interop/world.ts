/** What a scenario plays in: a gateway, a pool of runners of its own name, and clients. */
import { Client } from "../support/client.ts";
import { Cable } from "./cable.ts";
import { eventually, type GatewayKind, type GatewaySide } from "./gateway_side.ts";
import type { KvCall, ProbeState } from "./probe.ts";
import type { RunnerKind, RunnerSide, RunnerStart } from "./runner_side.ts";

/** Longer than any gateway waits for an actor, with short timers. */
const REQUEST_MS = 30_000;

export interface Pairing {
  readonly runner: RunnerKind;
  readonly gateway: GatewayKind;
}

/** Fields of `POST /actors` that a scenario may want otherwise. */
export interface ActorFields {
  readonly name?: string;
  readonly key?: string | null;
  /** Base64. */
  readonly input?: string;
  readonly crash_policy?: string;
}

export class World implements AsyncDisposable {
  readonly pairing: Pairing;
  readonly gateway: GatewaySide;
  readonly namespace: string;
  /** What actors select their runner by. */
  readonly pool: string;
  readonly #stack = new AsyncDisposableStack();
  /** When an actor was last seen to fall asleep. */
  readonly #sleepTs = new Map<string, number>();

  constructor(
    setup: Pick<World, "pairing" | "gateway" | "namespace" | "pool">,
  ) {
    this.pairing = setup.pairing;
    this.gateway = setup.gateway;
    this.namespace = setup.namespace;
    this.pool = setup.pool;
  }

  /** Starts a runner of this pairing in this world's pool. It ends with the world. */
  async runner(options: Partial<RunnerStart> = {}): Promise<RunnerSide> {
    await this.pooled();
    const { gateway, namespace, pool } = this;
    const runner = await this.pairing.runner.start({ gateway, namespace, pool, ...options });
    return this.#stack.use(runner);
  }

  /** Makes the pool. The engine makes one for a runner that connects, but a little later. */
  async pooled(): Promise<void> {
    const normal = { datacenters: { default: { normal: {} } } };
    await this.api("PUT", `/runner-configs/${this.pool}`, normal);
  }

  /** A cable between a runner and the gateway: give its `endpoint` to `runner`. */
  cable(): Cable {
    return this.#stack.use(new Cable(this.gateway.url));
  }

  /** Ends with the world. */
  use<T extends AsyncDisposable>(thing: T): T {
    return this.#stack.use(thing);
  }

  /** Calls the management API in this world's namespace: `path` without a query of its own. */
  api(method: string, path: string, body?: unknown): ReturnType<GatewaySide["api"]> {
    const glue = path.includes("?") ? "&" : "?";
    return this.gateway.api(method, `${path}${glue}namespace=${this.namespace}`, body);
  }

  /** What `POST` and `PUT /actors` take. */
  spec(fields: ActorFields = {}): Record<string, unknown> {
    return {
      name: "probe",
      key: null,
      runner_name_selector: this.pool,
      crash_policy: "sleep",
      ...fields,
    };
  }

  /** Makes an actor and gives its id. */
  async create(fields: ActorFields = {}): Promise<string> {
    const { status, json } = await eventually("the pool is known", async () => {
      const answer = await this.api("POST", "/actors", this.spec(fields));
      // The engine learns of a pool a little after its runner has joined.
      return answer.json.code !== "no_runner_config_configured" && answer;
    });
    if (status !== 200) throw new Error(`POST /actors: ${status} ${JSON.stringify(json)}`);
    return json.actor.actor_id;
  }

  /** An id that could be an actor's, and is nobody's. */
  async unknown(): Promise<string> {
    const id = await this.create();
    // In the middle: the ends say which version of id it is, and where it was made.
    const at = id.length / 2;
    return `${id.slice(0, at)}${id[at] === "a" ? "b" : "a"}${id.slice(at + 1)}`;
  }

  /** The actor as the management API tells it, `undefined` when it tells nothing. */
  async actor(id: string): Promise<Record<string, unknown> | undefined> {
    const { json } = await this.api("GET", `/actors?actor_ids=${id}`);
    return json.actors[0];
  }

  /** A client's WebSocket to an actor; `path` as the actor is to see it. */
  async open(id: string, path = "/"): Promise<Client> {
    const url = `${this.gateway.url.replace("http", "ws")}/gateway/${id}${path}`;
    const client = await within(Client.open(url, ["rivet"]), `a WebSocket to ${path} opens`);
    this.#stack.defer(() => void (client.isOpen && client.close()));
    return client;
  }

  /** A client's HTTP request to an actor. */
  fetch(id: string, path: string, init: RequestInit = {}): Promise<Response> {
    const signal = AbortSignal.timeout(REQUEST_MS);
    return fetch(`${this.gateway.url}/gateway/${id}${path}`, { signal, ...init });
  }

  /** What the probe remembers, asked by HTTP: it wakes. */
  async state(id: string): Promise<ProbeState> {
    const response = await this.fetch(id, "/state");
    if (!response.ok) throw new Error(`GET /state: ${response.status} ${await response.text()}`);
    return await response.json();
  }

  // deno-lint-ignore no-explicit-any -- each scenario knows the shape that it asserts
  async kv(id: string, call: KvCall): Promise<any> {
    const body = JSON.stringify(call);
    const response = await this.fetch(id, "/kv", { method: "POST", body });
    return await response.json();
  }

  /** Waits until the actor sleeps anew, as the management API tells it. */
  async asleep(id: string, withinMs?: number): Promise<void> {
    const before = this.#sleepTs.get(id) ?? 0;
    // An engine forgets the last sleep a little after the wake.
    const sleepTs = await eventually("the actor sleeps", async () => {
      const { sleep_ts } = await this.actor(id) ?? {};
      return typeof sleep_ts === "number" && sleep_ts > before && sleep_ts;
    }, withinMs);
    this.#sleepTs.set(id, sleepTs);
  }

  /** Tells the actor by a socket of it to sleep, and waits until it does. */
  async sleep(id: string, client: Client): Promise<void> {
    client.send("sleep");
    await this.asleep(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/** The promise's value, or an error that says what did not come in time. */
export async function within<T>(promise: Promise<T>, what: string, ms = 10_000): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not within ${ms} ms: ${what}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
