/**
 * Dormouse's gateway on loopback with one runner of a class that the test names, and a program on
 * it that keeps its sockets as the reference's documentation asks for. Real time, real sockets.
 */
import { assertEquals } from "@std/assert";
import type * as reference from "@rivetkit/engine-runner";
import { type Dormouse, startDormouse, systemHost } from "../../lib/mod.ts";
import { Client } from "../support/client.ts";
import { until } from "../support/system.ts";

const TOKEN = "contract";

type WithoutRunner<F> = F extends (runner: never, ...rest: infer Rest) => infer Result
  ? (runner: unknown, ...rest: Rest) => Result
  : never;
type Callbacks = "fetch" | "websocket";

/** A configuration whose callbacks do not care which class calls them. */
export type ContractConfig =
  & Omit<reference.RunnerConfig, Callbacks>
  & { readonly [Name in Callbacks]: WithoutRunner<reference.RunnerConfig[Name]> };

type Actor = Pick<
  reference.RunnerActor,
  | "actorId"
  | "generation"
  | "config"
  | "hibernationRestored"
  | "stopIntentSent"
>;

/** What both classes have in common, as the reference types it. */
export type ContractRunner =
  & Pick<
    reference.Runner,
    Exclude<
      keyof reference.Runner,
      | "config"
      | "actors"
      | "getActor"
      | "getAndWaitForActor"
      | "getPegboardWebSocketIfReady"
      | "log"
      | "runnerId"
    >
  >
  & {
    readonly config: unknown;
    readonly runnerId?: string | undefined;
    readonly actors: ReadonlyMap<string, Actor>;
    getActor(actorId: string, generation?: number): Actor | undefined;
    getAndWaitForActor(actorId: string, generation?: number): Promise<Actor | undefined>;
    getPegboardWebSocketIfReady(): { readonly readyState: number } | undefined;
  };

export type ContractClass = new (config: ContractConfig) => ContractRunner;

export class ContractWorld implements AsyncDisposable {
  /** What the callbacks were told, in order. */
  readonly told: string[] = [];
  readonly kept = new Map<string, reference.HibernatingWebSocketMetadata[]>();
  // deno-lint-ignore no-explicit-any -- typed so by the reference
  readonly sockets: any[] = [];
  readonly url: string;
  readonly runner: ContractRunner;
  readonly #dormouse: Dormouse;
  readonly #folder: string;
  #isShutDown = false;
  readonly #onUnhandled = (event: PromiseRejectionEvent): void => {
    event.preventDefault();
    this.told.push("unhandled rejection");
  };

  private constructor(
    Class: ContractClass,
    config: (world: ContractWorld) => Partial<ContractConfig>,
    dormouse: Dormouse,
    folder: string,
  ) {
    this.#dormouse = dormouse;
    this.#folder = folder;
    this.url = dormouse.gatewayUrl!;
    addEventListener("unhandledrejection", this.#onUnhandled);
    this.runner = new Class({
      version: 1,
      endpoint: this.url,
      token: TOKEN,
      namespace: "default",
      runnerName: "default",
      totalSlots: 100,
      prepopulateActorNames: { it: { metadata: {} } },
      metadata: {},
      noAutoShutdown: true,
      logger: silent as NonNullable<reference.RunnerConfig["logger"]>,
      onConnected: () => void this.told.push("connected"),
      onDisconnected: (code, reason) => void this.told.push(`disconnected ${code} ${reason}`),
      onShutdown: () => void this.told.push("shut down"),
      onActorStart: async (id, generation) => {
        this.told.push(`start ${generation}`);
        await this.runner.restoreHibernatingRequests(id, this.kept.get(id) ?? []);
      },
      onActorStop: (_id, generation) => {
        this.told.push(`stop ${generation}`);
        return Promise.resolve();
      },
      fetch: () => Promise.resolve(new Response("hello")),
      websocket: (_runner, id, ws, gatewayId, requestId, _request, path, headers, may, again) => {
        this.sockets.push(ws);
        let kept = this.kept.get(id);
        if (kept === undefined) this.kept.set(id, kept = []);
        const meta = again
          ? kept.find((own) => equal(own.requestId, requestId))!
          : { gatewayId, requestId, path, headers, serverMessageIndex: 0, clientMessageIndex: 0 };
        if (may && !again) kept.push(meta);
        ws.addEventListener("open", () => this.told.push("open"));
        ws.addEventListener("message", ({ data, rivetMessageIndex }: MessageEventOf) => {
          this.told.push(`message ${data}`);
          meta.serverMessageIndex = rivetMessageIndex;
        });
        ws.addEventListener("close", ({ code, reason }: { code: number; reason: string }) => {
          this.told.push(`close ${code} ${reason}`.trim());
          this.kept.set(id, (this.kept.get(id) ?? []).filter((own) => own !== meta));
        });
        return Promise.resolve();
      },
      hibernatableWebSocket: {
        canHibernate: (_id, _gateway, _request, { url }) => !/plain/.test(url),
      },
      ...config(this),
    });
  }

  static async start(
    Class: ContractClass,
    config: (world: ContractWorld) => Partial<ContractConfig> = () => ({}),
  ): Promise<ContractWorld> {
    const folder = await Deno.makeTempDir({ prefix: "dormouse-contract-" });
    const dormouse = await startDormouse({
      host: systemHost,
      version: "contract",
      gateway: {
        hostname: "127.0.0.1",
        port: 0,
        dataDir: folder,
        token: TOKEN,
        allowedHosts: [],
        allowedOrigins: [],
        options: {},
      },
      onError: (error) => console.error(error),
    });
    const world = new ContractWorld(Class, config, dormouse, folder);
    await world.runner.start();
    await until("the runner is connected", () => world.told.includes("connected"));
    return world;
  }

  /** Makes an actor and waits until it runs. */
  async actor(crashPolicy = "sleep"): Promise<string> {
    const answer = await this.api("POST", "/actors", {
      name: "it",
      key: null,
      input: btoa("input"),
      runner_name_selector: "default",
      crash_policy: crashPolicy,
    });
    const id: string = answer.actor.actor_id;
    await this.becomes(id, "running");
    return id;
  }

  async phase(id: string): Promise<string> {
    const { actors } = await this.api("GET", `/actors?actor_ids=${id}&include_destroyed=true`);
    const [actor] = actors;
    if (actor === undefined || actor.destroy_ts !== null) return "destroyed";
    if (actor.sleep_ts !== null) return actor.error ? "crashed" : "asleep";
    return actor.connectable_ts === null ? "starting" : "running";
  }

  async becomes(id: string, phase: string): Promise<void> {
    await until(`the actor is ${phase}`, async () => await this.phase(id) === phase);
  }

  /** Waits until the callbacks were told this. */
  async hears(what: string, times = 1): Promise<void> {
    const count = () => this.told.filter((said) => said === what).length;
    await until(`${what}, of ${this.told}`, () => count() >= times);
  }

  /** What the gateway's sockets have pending, all together. */
  get pending(): number {
    return this.#dormouse.gateway!.view().pendingMessages;
  }

  connect(id: string, path = "/"): Promise<Client> {
    return Client.open(`${this.url.replace("http", "ws")}/gateway/${id}${path}`);
  }

  request(id: string, path = "/", init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.url}/gateway/${id}${path}`, init);
  }

  // deno-lint-ignore no-explicit-any -- JSON
  async api(method: string, path: string, body?: unknown): Promise<any> {
    const url = new URL(path, this.url);
    url.searchParams.set("namespace", "default");
    const response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const json = await response.json();
    assertEquals(response.ok, true, JSON.stringify(json));
    return json;
  }

  async shutdown(immediate: boolean): Promise<void> {
    this.#isShutDown = true;
    await this.runner.shutdown(immediate);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isShutDown) await this.shutdown(true);
    await this.#dormouse.shutdown(1_000);
    removeEventListener("unhandledrejection", this.#onUnhandled);
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** Failures are what some contracts are about. */
const silent: unknown = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silent,
};

interface MessageEventOf {
  readonly data: unknown;
  readonly rivetMessageIndex: number;
}

function equal(a: ArrayBuffer, b: ArrayBuffer): boolean {
  const [left, right] = [new Uint8Array(a), new Uint8Array(b)];
  return left.length === right.length && left.every((byte, i) => byte === right[i]);
}
