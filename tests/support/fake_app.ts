/** The built web app over a fake gateway and runner: what a browser or a script meets. */
import type { AppState, Readiness } from "../../app_state.ts";
import { Faults } from "../../lib/faults/mod.ts";
import { Access, type AccessLimits } from "../../lib/access/mod.ts";
import type { Host } from "../../lib/host/host.ts";
import type { VirtualHost } from "../../lib/host/virtual_host.ts";
import { systemHost } from "../../lib/host/system_host.ts";
import { createInspector, type InspectLimits, type Role } from "../../lib/inspect/mod.ts";
import { formatId, requestId } from "../../lib/protocol/mod.ts";
import { answering } from "../../load_app.ts";
import { build } from "../../scripts/build.ts";
import { FakeSource } from "./fake_source.ts";

type Fetch = Parameters<typeof answering>[0];

const ROOT = Deno.realPathSync(`${import.meta.dirname}/../..`);

export interface FakeAppOptions {
  /** Where it says that it is; the default of a request without a server. */
  readonly address?: string;
  readonly host?: Host;
  readonly role?: Role;
  readonly limits?: Partial<InspectLimits>;
  readonly gatewayUrl?: string;
  readonly readOnly?: boolean;
  /** Default: things can be made to go wrong. */
  readonly hasFaults?: boolean;
  readonly accessLimits?: Partial<AccessLimits>;
}

export class FakeApp {
  static readonly TOKEN = "correct-horse-battery-staple";
  static readonly VIEW_TOKEN = "look-but-do-not-touch-this";
  static readonly PAYLOAD_TOKEN = "look-at-everything-in-here";
  readonly source: FakeSource;
  readonly state: AppState;
  readiness: Readiness = { ready: true, reasons: [] };
  readonly #address: string;
  readonly #fetch: Fetch;

  private constructor(fetch: Fetch, options: FakeAppOptions) {
    const host = options.host ?? systemHost;
    const role = options.role ?? "all";
    this.#address = options.address ?? "127.0.0.1:8000";
    const inspector = createInspector({
      host,
      role,
      limits: options.limits ?? {},
      faults: options.hasFaults === false ? null : new Faults({ host }),
    });
    this.#fetch = fetch;
    this.source = role === "runner"
      ? new FakeSource(host, {}, inspector.runnerObserver)
      : new FakeSource(
        host,
        inspector.gatewayObserver,
        role === "all" ? inspector.runnerObserver : {},
      );
    const { gateway, runner } = this.source;
    const seen = {
      ...(role === "runner" ? {} : { gateway }),
      ...(role === "gateway" ? {} : { runner }),
    };
    inspector.observe(seen);
    this.state = {
      inspector,
      source: seen,
      config: {
        gateway: { url: options.gatewayUrl ?? "http://127.0.0.1:6420", namespace: "default" },
        readOnly: options.readOnly ?? false,
        version: "0.1.0",
      },
      access: new Access({
        host,
        tokens: {
          view: FakeApp.VIEW_TOKEN,
          payload: FakeApp.PAYLOAD_TOKEN,
          operate: FakeApp.TOKEN,
        },
        allowedHosts: [],
        allowedOrigins: [],
        limits: options.accessLimits ?? {},
      }),
      readiness: () => this.readiness,
    };
  }

  static async create(options: FakeAppOptions = {}): Promise<FakeApp> {
    await build(ROOT);
    const module: { default: { fetch: Fetch } } = await import(`file://${ROOT}/_fresh/server.js`);
    return new FakeApp(module.default.fetch, options);
  }

  /** Answers a request as the server would. */
  readonly fetch = (request: Request, info?: Deno.ServeHandlerInfo): Promise<Response> => {
    const completed = info?.completed ?? Promise.resolve();
    const remoteAddr = info?.remoteAddr ??
      { transport: "tcp", hostname: "127.0.0.1", port: 50_000 } as const;
    return Promise.resolve(answering(this.#fetch, this.state)(request, { completed, remoteAddr }));
  };

  /** A request with the token, unless `headers` say otherwise. */
  call(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers({ authorization: `Bearer ${FakeApp.TOKEN}` });
    return this.ask(path, { ...init, headers: merged(headers, init.headers) });
  }

  /** An action, with the token and the headers that one wants. */
  act(path: string, body: object = {}, headers: Record<string, string> = {}): Promise<Response> {
    return this.call(path, {
      method: "POST",
      headers: { "content-type": "application/json", "x-dormouse-action": "1", ...headers },
      body: JSON.stringify(body),
    });
  }

  /** A request as it is. The Host header, which `Request` cannot carry, is that of the address. */
  ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = merged(new Headers({ host: this.#address }), init.headers);
    return this.fetch(new Request(`http://${this.#address}${path}`, { ...init, headers }));
  }
}

function merged(headers: Headers, more: HeadersInit | undefined): Headers {
  for (const [name, value] of new Headers(more)) headers.set(name, value);
  return headers;
}

/** Puts something of everything there, and gives the address of one thing at a path with named parts. */
export async function addressesOf(
  app: FakeApp,
  host: VirtualHost,
): Promise<(path: string) => string> {
  const { actorId } = app.source.actor("counter", "demo");
  const socket = app.source.socket(actorId);
  app.source.say(socket, "hello", Uint8Array.of(1, 2));
  app.source.tunnel({ pingMs: 0.1 });
  const { inspected } = app.state.inspector;
  const leave = inspected.trace.watch(inspected.source);
  app.source.pong();
  leave();
  await host.advance(1_000);
  app.source.sweep();
  const request = app.source.request(actorId, "GET", "/", 200, 1);
  app.source.requestsOpen.push({
    requestId: requestId(0xabc),
    actorId,
    method: "GET",
    path: "/slow",
    status: null,
    startedTs: host.epoch(),
    isSent: true,
  });
  app.source.commit(actorId, { count: 3 });
  app.source.kv.put(actorId, [Uint8Array.of(1, 0x6b)], [new Uint8Array(3)], 1);
  await app.act(`/api/actors/${app.source.actor("echo", "x").actorId}/hibernate`);
  const { capture, promises } = app.state.inspector.inspected;
  const detail = "planted, so that there is a case to show";
  promises?.broke(capture, capture.get(socket.requestId)!, { kind: "lost", detail });
  const parts: Readonly<Record<string, string>> = {
    actorId,
    key: "6b",
    requestId: formatId(socket.requestId),
    id: "1",
    runnerId: "runner-1",
  };
  return (path) =>
    path.replace("/requests/{requestId}", `/requests/${formatId(request)}`)
      .replaceAll(/\{(\w+)\}/g, (_part, name) => parts[name]!);
}
