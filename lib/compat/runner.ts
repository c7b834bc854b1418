import process from "node:process";
import { randomHex } from "../host/random_hex.ts";
import { systemHost } from "../host/system_host.ts";
import {
  type ActorId,
  type Close,
  CURRENT_VERSION,
  FRAME_BYTES,
  type KvRequest,
  type KvResponse,
  TUNNEL_CLOSE,
} from "../protocol/mod.ts";
import type { ToClientInit } from "../runner/connection.ts";
import { RUNNER_DEFAULTS, type RunnerOptions, runnerProtocols, runnerUrl } from "../runner/mod.ts";
import { TunnelClient } from "../runner/tunnel_client.ts";
import { connectWebSocket } from "../transport/connect_websocket.ts";
import type { Connect } from "../transport/link.ts";
import { CallbackHost } from "./callback_host.ts";
import {
  checkConfig,
  type HibernatingWebSocketMetadata,
  type KvListOptions,
  type ProtocolMetadata,
  type RunnerConfig,
} from "./config.ts";
import { delayed } from "./delayed_link.ts";
import type { HostedActor } from "./hosted_actor.ts";
import { keptIndex } from "./hosted_socket.ts";
import { type IdBuffer, toGatewayId, toRequestId } from "./ids.ts";
import { type Logger, logObserver } from "./logger.ts";
import type { RunnerActor } from "./runner_actor.ts";
import { type KvPair, RunnerKv } from "./runner_kv.ts";
import { serverlessInitPacket } from "./serverless.ts";
import { RunnerShutdownError } from "./shutdown_error.ts";
import { shutDownOnSignal } from "./signals.ts";

/** Where the reference's own number is what its users count on. */
const COMPAT_DEFAULTS: RunnerOptions = {
  ...RUNNER_DEFAULTS,
  shutdownMs: 120_000,
};

/** The tunnel's socket, as far as it is anybody's business. */
export interface TunnelStatus {
  readonly readyState: 1;
  readonly url: string;
}

/**
 * A runner with the configuration and the methods of `@rivetkit/engine-runner` 2.2.1, on Dormouse's
 * tunnel. `docs/compat.md` says where it differs.
 */
export class Runner {
  readonly config: RunnerConfig;
  readonly #key: string;
  readonly #client: TunnelClient<CallbackHost>;
  readonly #kv: RunnerKv;
  readonly #failed: (handler: string, error: unknown) => void;
  #welcome: ToClientInit | undefined;
  #log: Logger | undefined;
  #isStarted = false;
  #isConnected = false;
  #hasEnded = false;
  #ignoreSignals: (() => void) | undefined;

  /** Throws a `TypeError` for a configuration that cannot be honoured. */
  constructor(config: RunnerConfig) {
    checkConfig(config);
    this.config = config;
    this.#log = config.logger;
    const { dormouse = {}, prepopulateActorNames, metadata } = config;
    const host = dormouse.host ?? systemHost;
    this.#key = randomHex(host, 16);
    const options = { ...COMPAT_DEFAULTS, ...dormouse.options };
    const connect: Connect = dormouse.connect ?? (() =>
      connectWebSocket(this.pegboardUrl, {
        protocols: runnerProtocols({ token: config.token ?? null, streams: true }),
        openTimeoutMs: options.connectTimeoutMs,
        maxFrameBytes: FRAME_BYTES,
        host,
      }));
    const observer = dormouse.observer ?? logObserver(() => this.log);
    this.#failed = (handler, error) => observer.handlerFailed?.("" as ActorId, handler, error);
    this.#client = new TunnelClient({
      host,
      options,
      version: CURRENT_VERSION,
      observer,
      connect: config.debugLatencyMs ? delayed(connect, config.debugLatencyMs, host) : connect,
      hello: {
        name: config.runnerName,
        version: config.version,
        totalSlots: config.totalSlots,
        prepopulateActorNames: new Map(
          Object.entries(prepopulateActorNames).map(([name, own]) => [
            name,
            JSON.stringify(own.metadata ?? {}),
          ]),
        ),
        metadata: metadata === undefined ? null : JSON.stringify(metadata),
      },
    }, (context, commands) => new CallbackHost(context, commands, this));
    this.#kv = new RunnerKv((actorId, request) => this.#callKv(actorId, request));
    void this.#client.ended.then(() => this.#ended());
  }

  /** The gateway's name for this runner, once it has given one. */
  get runnerId(): string | undefined {
    return this.#client.runnerId ?? undefined;
  }

  get log(): Logger | undefined {
    return this.#log;
  }

  // Life

  /** Begins to connect, and stays connected. Rejects when it is called twice. */
  // deno-lint-ignore require-await -- the reference's rejects, too
  async start(): Promise<void> {
    if (this.#isStarted) throw new Error("The runner was started already");
    this.#isStarted = true;
    if (this.config.pegboardRelayEndpoint !== undefined) {
      this.log?.warn({ msg: "pegboardRelayEndpoint has no meaning" });
    }
    if (!this.config.noAutoShutdown) {
      this.#ignoreSignals = shutDownOnSignal(() => this.shutdown(false));
    }
    this.#client.start();
  }

  /**
   * Ends the runner: in good order, with every actor stopped, or at once. A second call waits for
   * the first. Resolves when the gateway has heard of it.
   *
   * @param exit Ends the process then.
   */
  async shutdown(immediate: boolean, exit = false): Promise<void> {
    if (!this.#hasEnded) await (immediate ? this.#client.leave() : this.#client.shutdown());
    await this.#client.ended;
    if (exit) process.exit(0);
  }

  /** @internal */
  connected(welcome: ToClientInit): void {
    this.#welcome = welcome;
    this.#isConnected = true;
    const { runnerId } = this;
    this.#log = this.config.logger?.child?.({ runnerId }) ?? this.config.logger;
    this.#call("onConnected");
  }

  /** @internal */
  linkEnded({ code, reason }: Close): void {
    this.#isConnected = false;
    this.#call("onDisconnected", code, reason);
  }

  #ended(): void {
    this.#hasEnded = true;
    this.#ignoreSignals?.();
    if (this.#isConnected) this.linkEnded(TUNNEL_CLOSE.runnerShutdown);
    this.#call("onShutdown");
  }

  /** What the user's own callback throws is no failure of the tunnel. */
  #call<Name extends "onConnected" | "onDisconnected" | "onShutdown">(
    name: Name,
    ...args: Parameters<RunnerConfig[Name]>
  ): void {
    try {
      (this.config[name] as (...args: unknown[]) => void)(...args);
    } catch (error) {
      this.#failed(name, error);
    }
  }

  // Actors

  /** Asks the gateway to let the actor sleep. It stops when the gateway says so. */
  sleepActor(actorId: string, generation?: number): void {
    this.#hosted(actorId, generation)?.intend("sleep");
  }

  /** Asks the gateway to stop the actor; its crash policy decides what becomes of it. */
  // deno-lint-ignore require-await -- the reference's is a promise
  async stopActor(actorId: string, generation?: number): Promise<void> {
    this.#hosted(actorId, generation)?.intend("stop");
  }

  /** Asks the gateway to stop the actor for good. */
  destroyActor(actorId: string, generation?: number): void {
    this.#hosted(actorId, generation)?.intend("destroy");
  }

  /** Stops the actor without asking. Resolves when it has left. */
  async forceStopActor(actorId: string, generation?: number): Promise<void> {
    const actor = this.#hosted(actorId, generation);
    if (actor !== undefined) await this.#client.hosting.forceStop(actor);
  }

  getActor(actorId: string, generation?: number): RunnerActor | undefined {
    return this.#hosted(actorId, generation)?.view;
  }

  /** Rejects with what `onActorStart` failed with. */
  async getAndWaitForActor(actorId: string, generation?: number): Promise<RunnerActor | undefined> {
    const actor = this.#hosted(actorId, generation);
    await actor?.started;
    return actor?.view;
  }

  hasActor(actorId: string, generation?: number): boolean {
    return this.#client.hosting.actor(actorId, generation) !== undefined;
  }

  /** Those that are here, by their ids. */
  get actors(): ReadonlyMap<string, RunnerActor> {
    return this.#client.hosting.views;
  }

  #hosted(actorId: string, generation?: number): HostedActor | undefined {
    const actor = this.#client.hosting.actor(actorId, generation);
    if (actor === undefined) this.log?.warn({ msg: "actor not found", actorId, generation });
    return actor;
  }

  // Key-value store

  /** Values in the order of `keys`. As all of these: rejects with a `KvError` that has a `code`. */
  kvGet(actorId: string, keys: Uint8Array[]): Promise<(Uint8Array | null)[]> {
    return this.#kv.get(actorId, keys);
  }

  kvListAll(actorId: string, options?: KvListOptions): Promise<KvPair[]> {
    return this.#kv.list(actorId, { kind: "all" }, options);
  }

  kvListRange(
    actorId: string,
    start: Uint8Array,
    end: Uint8Array,
    exclusive = false,
    options?: KvListOptions,
  ): Promise<KvPair[]> {
    return this.#kv.list(actorId, { kind: "range", start, end, exclusive }, options);
  }

  kvListPrefix(actorId: string, prefix: Uint8Array, options?: KvListOptions): Promise<KvPair[]> {
    return this.#kv.list(actorId, { kind: "prefix", key: prefix }, options);
  }

  kvPut(actorId: string, entries: KvPair[]): Promise<void> {
    return this.#kv.put(actorId, entries);
  }

  kvDelete(actorId: string, keys: Uint8Array[]): Promise<void> {
    return this.#kv.delete(actorId, keys);
  }

  /** From `start` up to, not including, `end`. */
  kvDeleteRange(actorId: string, start: Uint8Array, end: Uint8Array): Promise<void> {
    return this.#kv.deleteRange(actorId, start, end);
  }

  kvDrop(actorId: string): Promise<void> {
    return this.#kv.drop(actorId);
  }

  #callKv(actorId: ActorId, request: KvRequest): Promise<KvResponse> {
    if (this.#hasEnded) return Promise.reject(new RunnerShutdownError());
    return this.#client.hosting.callKv(actorId, request);
  }

  // Alarms

  /** @param alarmTs Whole milliseconds since the epoch; `null` for none. */
  setAlarm(actorId: string, alarmTs: number | null, generation?: number): void {
    if (alarmTs !== null && !Number.isSafeInteger(alarmTs)) {
      throw new RangeError(`alarmTs is ${alarmTs}, whole milliseconds or null are wanted`);
    }
    this.#hosted(actorId, generation)?.setAlarm(alarmTs === null ? null : BigInt(alarmTs));
  }

  clearAlarm(actorId: string, generation?: number): void {
    this.setAlarm(actorId, null, generation);
  }

  // Hibernatable WebSockets

  /**
   * Tells the gateway that every message up to `index` is durable: it is not sent again. Throws a
   * `RangeError` for a message that has not come. Does nothing for a socket that is gone.
   */
  sendHibernatableWebSocketMessageAck(
    gatewayId: IdBuffer,
    requestId: IdBuffer,
    index: number,
  ): void {
    const upTo = keptIndex(index, "index");
    const socket = this.#client.hosting.sockets.get(toGatewayId(gatewayId), toRequestId(requestId));
    if (socket === undefined) this.log?.warn({ msg: "ack for an unknown socket", index });
    else socket.ack(upTo);
  }

  /**
   * Brings back the sockets that were kept for the actor; to be called once, from `onActorStart`.
   * What only the gateway knows is closed, what is only kept is handed over and closed at once.
   */
  async restoreHibernatingRequests(
    actorId: string,
    metaEntries: HibernatingWebSocketMetadata[],
  ): Promise<void> {
    const actor = this.#client.hosting.actor(actorId);
    if (actor === undefined) throw new Error(`Actor ${actorId} is not here`);
    await actor.restore(metaEntries);
  }

  // The tunnel

  get pegboardEndpoint(): string {
    return this.config.pegboardEndpoint || this.config.endpoint;
  }

  get pegboardUrl(): string {
    return runnerUrl({
      endpoint: this.pegboardEndpoint,
      protocolVersion: CURRENT_VERSION,
      namespace: this.config.namespace,
      runnerKey: this.#key,
    });
  }

  /** Whether the tunnel is up: the socket itself is not given away. */
  getPegboardWebSocketIfReady(): TunnelStatus | undefined {
    return this.#client.hosting.isUp ? { readyState: 1, url: this.pegboardUrl } : undefined;
  }

  getServerlessInitPacket(): string | undefined {
    const { runnerId } = this;
    return runnerId === undefined ? undefined : serverlessInitPacket(runnerId, CURRENT_VERSION);
  }

  getProtocolMetadata(): ProtocolMetadata | undefined {
    if (this.#welcome === undefined) return undefined;
    const { runnerLostThreshold, actorStopThreshold, serverlessDrainGracePeriod } = this.#welcome;
    return {
      runnerLostThreshold,
      // The version that is spoken here always has it.
      actorStopThreshold: actorStopThreshold!,
      serverlessDrainGracePeriod,
    };
  }

  /** Always throws: what goes past the books of events, acks and indexes breaks them. */
  __sendToServer(_message: unknown): never {
    throw new Error("__sendToServer is not offered: use the runner's methods");
  }
}
