/**
 * A compat runner on virtual time, before a gateway that the test scripts. Unless a test says
 * otherwise every socket is hibernatable and is kept as the reference's documentation asks for:
 * remembered at once, with the index of its last message, and given back at the next start.
 */
import { type HibernatingWebSocketMetadata, Runner } from "../../lib/compat/engine_runner.ts";
import type { RunnerConfig, TunnelWebSocket } from "../../lib/compat/engine_runner.ts";
import { idToStr } from "../../lib/compat/engine_runner.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import type { RunnerOptions } from "../../lib/runner/mod.ts";
import { FakeGateway } from "../support/fake_gateway.ts";
import { LogObserver } from "../support/log_observer.ts";

export class CompatWorld {
  readonly host = new VirtualHost();
  readonly gateway: FakeGateway;
  readonly observer = new LogObserver();
  /** What the callbacks were told, in order. */
  readonly told: string[] = [];
  /** By the socket's request id, as in {@link socket}. */
  readonly sockets = new Map<string, TunnelWebSocket>();
  readonly kept = new Map<string, HibernatingWebSocketMetadata>();
  readonly runner: Runner;

  private constructor(
    config: Partial<RunnerConfig>,
    options: Partial<RunnerOptions>,
    protocol: string | undefined,
  ) {
    this.gateway = new FakeGateway(this.host, undefined, protocol);
    this.runner = new Runner({
      version: 1,
      endpoint: "http://127.0.0.1:1",
      namespace: "default",
      runnerName: "test",
      totalSlots: 100,
      prepopulateActorNames: { it: { metadata: { of: "it" } } },
      noAutoShutdown: true,
      onConnected: () => void this.told.push("connected"),
      onDisconnected: (code, reason) =>
        void this.told.push(`disconnected ${code} ${reason}`.trim()),
      onShutdown: () => void this.told.push("shut down"),
      onActorStart: (id, generation) => this.start(id, generation),
      onActorStop: (id, generation) => {
        this.told.push(`stop ${id} ${generation}`);
        return Promise.resolve();
      },
      fetch: () => Promise.resolve(new Response("hello")),
      websocket: (_runner, _id, ws, gatewayId, requestId, _request, path, headers) => {
        const id = idToStr(requestId);
        this.sockets.set(id, ws);
        const meta = this.kept.get(id) ??
          { gatewayId, requestId, clientMessageIndex: 0, serverMessageIndex: 0, path, headers };
        this.kept.set(id, meta);
        ws.addEventListener("open", () => this.told.push(`open ${id}`));
        ws.addEventListener("message", ({ data, rivetMessageIndex }) => {
          this.told.push(`message ${data}`);
          meta.serverMessageIndex = rivetMessageIndex;
        });
        ws.addEventListener("close", ({ code, reason }) => {
          this.told.push(`close ${code} ${reason}`.trim());
          this.kept.delete(id);
        });
        return Promise.resolve();
      },
      hibernatableWebSocket: { canHibernate: () => true },
      ...config,
      dormouse: {
        host: this.host,
        connect: this.gateway.connect,
        observer: this.observer,
        // The fake gateway takes what is said at once, whatever a test does not say otherwise.
        options: { attachGraceMs: 0, ...options },
      },
    });
  }

  static async start(
    config: Partial<RunnerConfig> = {},
    options: Partial<RunnerOptions> = {},
    protocol?: string,
  ): Promise<CompatWorld> {
    const world = new CompatWorld(config, options, protocol);
    await world.runner.start();
    await world.host.settle();
    return world;
  }

  /** What `onActorStart` does, unless a test has its own. */
  async start(id: string, generation: number): Promise<void> {
    this.told.push(`start ${id} ${generation}`);
    await this.runner.restoreHibernatingRequests(id, [...this.kept.values()]);
  }

  /** Starts actor `a` and opens a socket of it. */
  async socket(path = "/") {
    await this.gateway.start("a", { name: "it" });
    return await this.open(path);
  }

  async open(path = "/") {
    const client = await this.gateway.open("a", path);
    const id = client.requestId.toString(16).padStart(8, "0");
    const ws = this.sockets.get(id)!;
    const { gatewayId, requestId } = this.kept.get(id)!;
    const ack = (index: number) =>
      this.runner.sendHibernatableWebSocketMessageAck(gatewayId, requestId, index);
    return { client, ws, ack, id, gatewayId, requestId };
  }
}
