/**
 * Hosts the probe on the `Runner` class of `@rivetkit/engine-runner`, or on another with its methods,
 * the way that class wants to be used: a hibernatable socket's path and last index are in the
 * actor's KV, written together with its state; the ack follows the write; they are restored at a
 * start.
 */
import { Buffer } from "node:buffer";
import type {
  ActorConfig,
  HibernatingWebSocketMetadata,
  Runner,
  RunnerConfig,
} from "@rivetkit/engine-runner";
import type { ActorContext, ActorKv, ActorSocket, KvKey } from "../../lib/actor/mod.ts";
import { probe, type ProbeState } from "./probe.ts";

/** What the program needs of a runner. */
export type RunnerLike = Pick<
  Runner,
  | "start"
  | "shutdown"
  | "sleepActor"
  | "destroyActor"
  | "setAlarm"
  | "clearAlarm"
  | "restoreHibernatingRequests"
  | "sendHibernatableWebSocketMessageAck"
  | "kvGet"
  | "kvPut"
  | "kvDelete"
  | "kvListPrefix"
  | "kvListRange"
>;

type Callbacks = Pick<RunnerConfig, "fetch" | "websocket">;
type WithoutRunner<F> = F extends (runner: never, ...rest: infer Rest) => infer Result
  ? (runner: unknown, ...rest: Rest) => Result
  : never;

/** A configuration whose callbacks do not care which class calls them. */
export type ProgramConfig =
  & Omit<RunnerConfig, keyof Callbacks>
  & { readonly [Name in keyof Callbacks]: WithoutRunner<Callbacks[Name]> };

export type RunnerClass = new (config: ProgramConfig) => RunnerLike;

const WRITE_MS = 3_000;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const STATE = encoder.encode("state");
const SOCKETS = encoder.encode("socket/");
/** Before the keys that the actor's author uses. */
const AUTHOR = "author/";
/** Follows every key that begins with `AUTHOR`. */
const AFTER_AUTHOR = "author0";

/** Connects, hosts actors, and ends in good order when told by SIGTERM. */
export async function runProgram(Class: RunnerClass): Promise<void> {
  const actors = new Map<string, HostedActor>();
  const runner = new Class({
    endpoint: setting("RIVET_ENDPOINT"),
    token: setting("RIVET_TOKEN"),
    namespace: setting("RIVET_NAMESPACE"),
    runnerName: setting("RIVET_RUNNER"),
    version: Number(setting("RIVET_RUNNER_VERSION")),
    totalSlots: 10_000,
    prepopulateActorNames: { probe: { metadata: {} } },
    metadata: {},
    logger: failuresOnly as NonNullable<RunnerConfig["logger"]>,
    noAutoShutdown: true,
    onConnected: () => console.log("tunnel: connected"),
    onDisconnected: (code, reason) => console.log(`tunnel: lost, ${code} ${reason}`),
    onShutdown: () => console.log("shut down"),
    hibernatableWebSocket: {
      canHibernate: (_actor, _gateway, _request, { url }) =>
        !new URL(url).searchParams.has("hibernate", "0"),
    },
    async onActorStart(id, _generation, config) {
      const actor = new HostedActor(runner, id, config);
      actors.set(id, actor);
      await actor.start();
    },
    async onActorStop(id, generation) {
      console.log(`stops ${id} ${generation}`);
      await actors.get(id)?.stop();
      actors.delete(id);
    },
    async fetch(_runner, id, _gateway, _request, request) {
      const actor = actors.get(id);
      return await actor?.fetch(request) ?? new Response("no such actor", { status: 503 });
    },
    async websocket(_runner, id, ws, gateway, request, _http, path, headers, hibernatable, again) {
      const actor = actors.get(id);
      if (actor === undefined) throw new Error(`No actor ${id}`);
      const meta = { gatewayId: gateway, requestId: request, path, headers };
      await actor.attach(new HostedSocket(actor, ws, meta, hibernatable), again);
    },
  });
  Deno.addSignalListener("SIGTERM", async () => {
    await runner.shutdown(false);
    Deno.exit(0);
  });
  await runner.start();
}

/** What the runner complains about, for whoever reads a failure. */
const failuresOnly: unknown = {
  debug: () => {},
  info: () => {},
  warn: (what: { readonly msg?: string }) => console.log(`warns: ${what.msg ?? what}`),
  error: (what: unknown) => console.log("fails:", what),
  child: () => failuresOnly,
};

/** One actor in memory, as its author sees it. */
class HostedActor implements ActorContext<ProbeState> {
  readonly id: string;
  readonly name: string;
  readonly key: string | null;
  readonly input: Uint8Array | null;
  readonly kv: ActorKv;
  state: ProbeState;
  alarm: number | null = null;
  readonly #runner: RunnerLike;
  readonly #sockets = new Map<string, HostedSocket>();
  #restored = new Map<string, StoredSocket>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDirty = false;
  #writing: Promise<void> | undefined;
  #isStopped = false;

  constructor(runner: RunnerLike, id: string, { name, key, input }: ActorConfig) {
    this.#runner = runner;
    this.id = id;
    this.name = name;
    this.key = key;
    this.input = input;
    this.kv = authorKv(runner, id);
    this.state = probe.state!(this);
  }

  get sockets(): { readonly size: number } & Iterable<ActorSocket> {
    const { size } = this.#sockets;
    return { size, [Symbol.iterator]: () => this.#sockets.values() };
  }

  now(): number {
    return Date.now();
  }

  broadcast(data: string | Uint8Array, except?: ActorSocket): void {
    for (const socket of this.#sockets.values()) if (socket !== except) socket.send(data);
  }

  setAlarm(at: number | Date | null): void {
    this.alarm = at === null ? null : Number(at);
    if (this.alarm === null) this.#runner.clearAlarm(this.id);
    else this.#runner.setAlarm(this.id, this.alarm);
    this.#arm();
  }

  sleep(): void {
    this.#runner.sleepActor(this.id);
  }

  destroy(): void {
    this.#runner.destroyActor(this.id);
  }

  async start(): Promise<void> {
    const [stored] = await this.#runner.kvGet(this.id, [STATE]);
    if (stored) {
      const { state, alarm } = JSON.parse(decoder.decode(stored));
      this.state = state;
      this.alarm = alarm;
    }
    probe.start!(this);
    const entries = await this.#runner.kvListPrefix(this.id, SOCKETS);
    const sockets = entries.map(([key, value]): [string, StoredSocket] => [
      decoder.decode(key.subarray(SOCKETS.length)),
      JSON.parse(decoder.decode(value)),
    ]);
    this.#restored = new Map(sockets);
    await this.#runner.restoreHibernatingRequests(
      this.id,
      sockets.map(([id, { path, headers, index }]): HibernatingWebSocketMetadata => ({
        ...idsOf(id),
        path,
        headers,
        serverMessageIndex: index,
        clientMessageIndex: 0,
      })),
    );
    this.#restored.clear();
    await this.changed();
    this.#arm();
  }

  /** Writes what is left. Hibernatable sockets stay with the gateway. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#writing;
  }

  async fetch(request: Request): Promise<Response> {
    const response = await probe.fetch!(this, request);
    await this.changed();
    return response;
  }

  /** Takes a socket in, a new one or, `again`, one that has slept. */
  async attach(socket: HostedSocket, again: boolean): Promise<void> {
    const { open, message, close } = probe.websocket!;
    // First of all: what is told between is lost.
    socket.listen({
      message: (data) => {
        void message!(this, socket, data);
        void this.changed();
      },
      close: (code, reason) => {
        if (this.#isStopped) return;
        this.#sockets.delete(socket.id);
        void close!(this, socket, code, reason);
        void this.#forget(socket);
      },
    });
    const stored = this.#restored.get(socket.id);
    if (stored !== undefined) socket.restore(stored);
    // May throw, and is refused then.
    if (!again) void open!(this, socket, socket.request);
    this.#sockets.set(socket.id, socket);
    if (!again) await this.changed();
  }

  /** Writes state and sockets in one put, and acks what it holds. Done when that is durable. */
  changed(): Promise<void> {
    this.#isDirty = true;
    return this.#writing ??= this.#write().finally(() => this.#writing = undefined);
  }

  async #write(): Promise<void> {
    while (this.#isDirty) {
      this.#isDirty = false;
      const { state, alarm } = this;
      const kept = [...this.#sockets.values()].filter(({ hibernatable }) => hibernatable);
      const stored = kept.map((socket) => ({ socket, ...socket.stored() }));
      try {
        await inTime(this.#runner.kvPut(this.id, [
          [STATE, encoder.encode(JSON.stringify({ state, alarm }))],
          ...stored.map(({ socket, ...entry }): [Uint8Array, Uint8Array] => [
            socketKey(socket),
            encoder.encode(JSON.stringify(entry)),
          ]),
        ]));
      } catch (error) {
        console.log(`A write failed: ${error}`);
        if (!(error instanceof LateError)) return;
        this.#isDirty = true;
        continue;
      }
      for (const { socket, index } of stored) {
        if (!socket.ack(index)) continue;
        const { gatewayId, requestId } = idsOf(socket.id);
        this.#runner.sendHibernatableWebSocketMessageAck(gatewayId, requestId, index);
      }
    }
  }

  async #forget(socket: HostedSocket): Promise<void> {
    await this.changed();
    try {
      await this.#runner.kvDelete(this.id, [socketKey(socket)]);
    } catch (error) {
      // A runner that is lost rejects what is under way.
      console.log(`A delete failed: ${error}`);
    }
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.alarm === null || this.#isStopped) return;
    // The gateway wakes an actor that sleeps; one that is awake minds the time itself.
    const delay = Math.min(Math.max(0, this.alarm - Date.now()), 2_147_483_647);
    this.#timer = setTimeout(() => {
      if (this.alarm === null || this.alarm > Date.now()) return this.#arm();
      this.alarm = null;
      this.#runner.clearAlarm(this.id);
      void probe.alarm!(this);
      void this.changed();
    }, delay);
  }
}

class LateError extends Error {}

/** A write that a cut swallowed is not sent again, and fails after 30 s only: too late for the ack. */
function inTime<T>(write: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LateError("no answer")), WRITE_MS);
  });
  return Promise.race([write, late]).finally(() => clearTimeout(timer));
}

/** What is kept of a hibernatable socket. */
interface StoredSocket {
  readonly path: string;
  readonly headers: Record<string, string>;
  /** Of the last message that is in the state. */
  readonly index: number;
  readonly attachment: unknown;
}

interface Listeners {
  message(data: string | Uint8Array): void;
  close(code: number, reason: string): void;
}

/** The events of the runner's WebSocket that are listened to. */
interface TunnelSocket {
  addEventListener(
    type: "open" | "message" | "close",
    listener: (event: {
      readonly data: string | Uint8Array;
      readonly rivetMessageIndex: number;
      readonly code: number;
      readonly reason: string;
    }) => void,
  ): void;
  send(data: string | Uint8Array): void;
  close(code: number, reason: string): void;
}

class HostedSocket implements ActorSocket {
  readonly id: string;
  readonly path: string;
  readonly hibernatable: boolean;
  isOpen = true;
  readonly #headers: Record<string, string>;
  readonly #ws: TunnelSocket;
  readonly #actor: HostedActor;
  #attachment: unknown = null;
  #index = 0;
  #acked = 0;
  /** What was sent before the open is through, which this class refuses to take. */
  #early: (string | Uint8Array)[] | undefined = [];

  constructor(
    actor: HostedActor,
    ws: TunnelSocket,
    meta: {
      readonly gatewayId: ArrayBuffer;
      readonly requestId: ArrayBuffer;
      readonly path: string;
      readonly headers: Record<string, string>;
    },
    hibernatable: boolean,
  ) {
    this.#actor = actor;
    this.#ws = ws;
    this.id = hexOf(meta.gatewayId) + hexOf(meta.requestId);
    this.path = meta.path;
    this.#headers = meta.headers;
    this.hibernatable = hibernatable;
  }

  get request(): { path: string; headers: ReadonlyMap<string, string> } {
    return { path: this.path, headers: new Map(Object.entries(this.#headers)) };
  }

  get attachment(): unknown {
    return this.#attachment;
  }

  set attachment(value: unknown) {
    this.#attachment = value;
    void this.#actor.changed();
  }

  listen({ message, close }: Listeners): void {
    this.#ws.addEventListener("open", () => {
      for (const data of this.#early ?? []) this.#ws.send(data);
      this.#early = undefined;
    });
    this.#ws.addEventListener("message", ({ data, rivetMessageIndex }) => {
      this.#index = rivetMessageIndex;
      message(data);
    });
    this.#ws.addEventListener("close", ({ code, reason }) => {
      this.isOpen = false;
      close(code, reason);
    });
  }

  stored(): StoredSocket {
    const [path, headers, index] = [this.path, this.#headers, this.#index];
    return { path, headers, index, attachment: this.#attachment };
  }

  restore({ index, attachment }: StoredSocket): void {
    this.#early = undefined;
    this.#index = this.#acked = index;
    this.#attachment = attachment;
  }

  /** Whether this index is yet to be acked. */
  ack(index: number): boolean {
    const isNew = index !== this.#acked;
    this.#acked = index;
    return isNew && this.isOpen;
  }

  send(data: string | Uint8Array): void {
    if (!this.isOpen) return;
    if (this.#early === undefined) this.#ws.send(data);
    else this.#early.push(data);
  }

  close(code = 1000, reason = ""): void {
    this.#ws.close(code, reason);
  }
}

function authorKv(runner: RunnerLike, id: string): ActorKv {
  const keyOf = (key: KvKey): Uint8Array => bytesOf(AUTHOR, bytesOf(key));
  return {
    async get(key) {
      const [value] = await runner.kvGet(id, [keyOf(key)]);
      return value ?? undefined;
    },
    async getText(key) {
      const [value] = await runner.kvGet(id, [keyOf(key)]);
      return value ? decoder.decode(value) : undefined;
    },
    async put(first: KvKey | Iterable<readonly [KvKey, KvKey]>, value?: KvKey) {
      const entries = value === undefined
        ? [...first as Iterable<readonly [KvKey, KvKey]>]
        : [[first as KvKey, value] as const];
      await runner.kvPut(id, entries.map(([key, value]) => [keyOf(key), bytesOf(value)]));
    },
    delete: (...keys) => runner.kvDelete(id, keys.map(keyOf)),
    async list({ prefix, start, end, reverse, limit } = {}) {
      const options = {
        ...(reverse !== undefined && { reverse }),
        ...(limit !== undefined && { limit }),
      };
      const found = start === undefined && end === undefined
        ? await runner.kvListPrefix(id, keyOf(prefix ?? ""), options)
        : await runner.kvListRange(
          id,
          keyOf(start ?? ""),
          end === undefined ? bytesOf(AFTER_AUTHOR) : keyOf(end),
          true,
          options,
        );
      return found.map(([key, value]) => ({ key: key.slice(AUTHOR.length), value, updateTs: 0 }));
    },
  };
}

function bytesOf(...parts: KvKey[]): Uint8Array {
  const chunks = parts.map((part) => typeof part === "string" ? encoder.encode(part) : part);
  return new Uint8Array(Buffer.concat(chunks));
}

function socketKey({ id }: HostedSocket): Uint8Array {
  return bytesOf(SOCKETS, id);
}

function hexOf(bytes: ArrayBuffer): string {
  return new Uint8Array(bytes).toHex();
}

/** Gateway and request of a socket's id. */
function idsOf(id: string): { gatewayId: ArrayBuffer; requestId: ArrayBuffer } {
  return {
    gatewayId: Uint8Array.fromHex(id.slice(0, 8)).buffer,
    requestId: Uint8Array.fromHex(id.slice(8)).buffer,
  };
}

function setting(name: string): string {
  const value = Deno.env.get(name);
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}
