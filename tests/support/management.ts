import type { GatewayOptions } from "../../lib/gateway/options.ts";
import { Gateway } from "../../lib/gateway/gateway.ts";
import { createManagementApi } from "../../lib/gateway/management_api.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { MemoryBackend, openMemoryStore, STORE_DEFAULTS } from "../../lib/store/mod.ts";
import { FakeRunner, type FakeRunnerOptions } from "./fake_runner.ts";

export const TOKEN = "token-for-tests";

export interface ManagementOptions {
  readonly options?: Partial<GatewayOptions>;
  readonly backend?: MemoryBackend;
  readonly version?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // deno-lint-ignore no-explicit-any -- each test knows the shape that it asserts
  readonly json: any;
}

/** A management API before a gateway on a virtual clock and a store in memory. */
export class Management {
  readonly host = new VirtualHost({ epochStart: 1_700_000_000_000 });
  readonly backend: MemoryBackend;
  readonly gateway: Gateway;
  /** Limits that were counted. */
  readonly limits: string[] = [];
  readonly answer: (request: Request) => Promise<Response>;

  private constructor({ options = {}, backend, version = "1.2.3" }: ManagementOptions) {
    const { host } = this;
    this.backend = backend ?? new MemoryBackend(STORE_DEFAULTS);
    this.gateway = new Gateway({
      host,
      store: openMemoryStore({ host, backend: this.backend }),
      observer: { limitReached: (limit) => this.limits.push(limit) },
      options,
    });
    this.answer = createManagementApi({ gateway: this.gateway, token: TOKEN, version });
  }

  static async start(options: ManagementOptions = {}): Promise<Management> {
    const management = new Management(options);
    await management.gateway.start();
    return management;
  }

  /** A call with the token, a value as its JSON body. The headers given come on top. */
  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await this.answer(
      new Request(`http://127.0.0.1:6420${path}`, {
        method,
        headers: {
          authorization: `Bearer ${TOKEN}`,
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: text }),
      }),
    );
    await this.host.settle();
    const answer = await response.text();
    const json = answer === "" ? undefined : JSON.parse(answer);
    return { status: response.status, headers: response.headers, json };
  }

  /** Creates an actor of the given fields and returns its id. */
  async create(fields: Record<string, unknown> = {}, namespace = "default"): Promise<string> {
    const { json } = await this.call("POST", `/actors?namespace=${namespace}`, spec(fields));
    return json.actor.actor_id;
  }

  async actor(id: string, namespace = "default"): Promise<Answer["json"]> {
    const path = `/actors?namespace=${namespace}&actor_ids=${id}`;
    return (await this.call("GET", path)).json.actors[0];
  }

  async runner(options: FakeRunnerOptions = {}): Promise<FakeRunner> {
    const runner = FakeRunner.join(this.gateway, this.host, options);
    await this.host.settle();
    return runner;
  }

  async end(): Promise<void> {
    await this.gateway.shutdown(0);
    await this.host.settle();
  }
}

/** The body of a new actor. */
export const spec = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  name: "counter",
  key: null,
  runner_name_selector: "default",
  crash_policy: "sleep",
  ...fields,
});
