import type { Host, Timer } from "../host/host.ts";
import { patientTimer } from "../host/patient_timer.ts";
import {
  type Capabilities,
  capabilities,
  type Close,
  DecodeError,
  decodeToClient,
  DORMOUSE_PROTOCOL,
  EncodeError,
  encodeToServer,
  type FrameTracer,
  type ProtocolVersion,
  type RunnerId,
  type ToClient,
  type ToServer,
  type TracedFrame,
  TUNNEL_CLOSE,
} from "../protocol/mod.ts";
import type { Connect, Link, LinkEnd } from "../transport/link.ts";
import { retryDelay } from "./backoff.ts";
import type { RunnerObserver } from "./observer.ts";
import type { RunnerOptions } from "./options.ts";
import { settledBytes } from "./spoken_message.ts";
import type { ConnectionState } from "./view.ts";

export type ToClientInit = Extract<ToClient, { kind: "init" }>;

export interface ConnectionHandlers {
  /** Our first frame on each link. */
  init(): ToServer;
  /** The gateway has answered: from here on, messages go both ways. */
  onInit(init: ToClientInit): void;
  onMessage(message: ToClient): void;
  /** The tunnel was up and is not any more. Another attempt follows by itself. */
  onCut(): void;
  /** A link has ended, or an attempt at one: what the gateway said, or 1006 and why. */
  onLinkEnd(end: LinkEnd): void;
  /** Another runner has taken our place. No attempt follows. */
  onEvicted(reason: string): void;
}

export interface ConnectionContext {
  readonly connect: Connect;
  readonly version: ProtocolVersion;
  readonly host: Host;
  readonly observer: RunnerObserver;
  readonly options: RunnerOptions;
}

/**
 * The tunnel to the gateway, kept up: connects, says who we are, answers pings, notices a dead link,
 * and connects again. However a link ends, that is one cut and one new attempt.
 */
export class Connection {
  readonly #context: ConnectionContext;
  readonly #handlers: ConnectionHandlers;
  readonly #can: Capabilities;
  #state: ConnectionState = "stopped";
  #link: Link | undefined;
  /** Counts links, so that a late word of an old one is told apart. */
  #epoch = 0;
  #up = false;
  #upSince = 0;
  #attempt = 0;
  #reconnects = 0;
  #heardAt = 0;
  /** Before v4: since when a question waits for the gateway, which has said nothing since. */
  #askedAt: number | undefined;
  #connectedTs = 0;
  #pingedTs: number | null = null;
  #timer: Timer | undefined;
  #tracer: FrameTracer | undefined;
  /** Of whom the frames are: the last that a gateway called this runner. */
  #runnerId: RunnerId | null = null;
  /** The link that was closed at the end, until its peer has heard it. */
  #leaving: { readonly epoch: number; readonly gone: () => void } | undefined;

  constructor(context: ConnectionContext, handlers: ConnectionHandlers) {
    this.#context = context;
    this.#handlers = handlers;
    this.#can = capabilities(context.version);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Whether messages go through now. */
  get isUp(): boolean {
    return this.#up;
  }

  /** Since when messages go through; `null` while they do not. */
  get connectedTs(): number | null {
    return this.#up ? this.#connectedTs : null;
  }

  /** When the gateway's last ping came; `null` before the first of this link. */
  get pingedTs(): number | null {
    return this.#up ? this.#pingedTs : null;
  }

  get reconnects(): number {
    return this.#reconnects;
  }

  /** Whether the gateway is one of ours: bodies go in chunks, with credit. */
  get isOurs(): boolean {
    return this.#link?.protocol === DORMOUSE_PROTOCOL;
  }

  get bufferedBytes(): number {
    return this.#link?.bufferedBytes ?? 0;
  }

  /** Tells of every frame from now on; `undefined` for of none. */
  trace(tracer: FrameTracer | undefined): void {
    this.#tracer = tracer;
  }

  start(): void {
    if (this.#state !== "stopped") return;
    this.#become("connecting", "");
    this.#open();
  }

  /** Shown from now on, until the end: the runner takes on nothing new. */
  drain(): void {
    if (this.#state !== "evicted" && this.#state !== "stopped") this.#become("draining", "");
  }

  /** Ends the tunnel and every further attempt. Resolves when the link is closed to the end. */
  stop(close: Close): Promise<void> {
    if (this.#state === "evicted" || this.#state === "stopped") return Promise.resolve();
    this.#become("stopped", close.reason);
    const lastEpoch = this.#epoch;
    const link = this.#end();
    if (link === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#leaving = { epoch: lastEpoch, gone: resolve };
      link.close(close.code, close.reason);
    });
  }

  /** Puts a message on the tunnel. While there is none it is dropped, and the result is false. */
  send(message: ToServer): boolean {
    if (!this.#up) return false;
    return this.#hand(message) || this.#write(message);
  }

  /** To a gateway in this process. The author may change his bytes as soon as he goes on. */
  #hand(message: ToServer): boolean {
    if (this.#link!.hand === undefined || message.kind !== "tunnel") return false;
    const { messageId, body } = message;
    if (body.kind !== "webSocketMessage" || this.#can.tunnelAck) return false;
    const settled = { kind: body.kind, data: settledBytes(body), binary: body.binary };
    const handed = { kind: "tunnel", messageId, body: settled } as const;
    if (!this.#link!.hand(handed)) return false;
    this.#trace("toGateway", handed, null);
    return true;
  }

  #trace(direction: "toGateway", message: ToServer, bytes: number | null): void;
  #trace(direction: "toRunner", message: ToClient, bytes: number | null): void;
  #trace(
    direction: TracedFrame["direction"],
    message: ToServer | ToClient,
    bytes: number | null,
  ): void {
    if (this.#tracer === undefined) return;
    this.#tracer({ runnerId: this.#runnerId, direction, message, bytes } as TracedFrame);
  }

  #write(message: ToServer): boolean {
    let frame: Uint8Array;
    try {
      frame = encodeToServer(message, this.#context.version);
    } catch (error) {
      // What this version has no words for concerns one message, not the tunnel.
      if (!(error instanceof EncodeError)) throw error;
      this.#context.observer.frameDropped?.(error.code);
      return false;
    }
    this.#trace("toGateway", message, frame.length);
    this.#link!.send(frame);
    if (this.#isAnswered(message)) this.#askedAt ??= this.#context.host.now();
    return true;
  }

  /** Whether a gateway that is there says something to it before long. */
  #isAnswered({ kind }: ToServer): boolean {
    if (capabilities(this.#context.version).gatewayPings) return false;
    // A Rivet Engine acks events when there are many.
    return kind === "kvRequest" || (kind === "events" && this.isOurs);
  }

  #open(): void {
    const epoch = ++this.#epoch;
    const { connect, host, options } = this.#context;
    this.#timer = host.after(options.connectTimeoutMs, () => {
      this.#lost(epoch, `no link within ${options.connectTimeoutMs} ms`);
    });
    connect().then(
      (link) => this.#opened(epoch, link),
      (error) => this.#lost(epoch, error instanceof Error ? error.message : String(error)),
    );
  }

  #opened(epoch: number, link: Link): void {
    if (epoch !== this.#epoch) return link.close(1000, "");
    this.#link = link;
    this.#timer?.cancel();
    const { host, options } = this.#context;
    this.#timer = host.after(options.initTimeoutMs, () => {
      this.#lost(epoch, `no init within ${options.initTimeoutMs} ms`);
    });
    link.start({
      onFrame: (frame) => {
        if (epoch === this.#epoch) this.#onFrame(frame);
      },
      onMessage: (message) => {
        if (epoch !== this.#epoch) return;
        this.#trace("toRunner", message, null);
        this.#onTunnelMessage(message);
      },
      onClose: (end) => this.#onClose(epoch, end),
    });
    this.#write(this.#handlers.init());
  }

  #onFrame(frame: Uint8Array): void {
    this.#askedAt = undefined;
    let message: ToClient;
    try {
      message = decodeToClient(frame, this.#context.version);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#tracer?.({
        runnerId: this.#runnerId,
        direction: "toRunner",
        unreadable: error.code,
        bytes: frame.length,
      });
      return this.#context.observer.frameDropped?.(error.code);
    }
    if (message.kind === "init") this.#runnerId = message.runnerId;
    this.#trace("toRunner", message, frame.length);
    switch (message.kind) {
      case "ping":
        this.#heardAt = this.#context.host.now();
        this.#pingedTs = this.#context.host.epoch();
        this.send({ kind: "pong", ts: message.ts });
        return;
      case "init":
        if (this.#up) return this.#context.observer.frameDropped?.("second init");
        return this.#onInit(message);
      case "close":
        return this.#lost(this.#epoch, "The gateway closed the tunnel");
      default:
        this.#onTunnelMessage(message);
    }
  }

  #onTunnelMessage(message: ToClient): void {
    this.#askedAt = undefined;
    if (!this.#up) return this.#context.observer.frameDropped?.(`${message.kind} before init`);
    this.#handlers.onMessage(message);
  }

  #onInit(init: ToClientInit): void {
    this.#timer?.cancel();
    this.#up = true;
    this.#connectedTs = this.#context.host.epoch();
    this.#pingedTs = null;
    this.#upSince = this.#heardAt = this.#context.host.now();
    const { version, options } = this.#context;
    if (capabilities(version).gatewayPings) this.#watch(options.pingTimeoutMs);
    else this.#ping();
    if (this.#state !== "draining") this.#become("connected", init.runnerId);
    this.#handlers.onInit(init);
  }

  /** Looks after the gateway's pings with one timer, which no ping has to touch. */
  #watch(delayMs: number): void {
    const epoch = this.#epoch;
    const { host, options } = this.#context;
    this.#timer = patientTimer(host, delayMs, () => {
      const left = options.pingTimeoutMs - (host.now() - this.#heardAt);
      if (left > 0) this.#watch(left);
      else this.#lost(epoch, `no ping within ${options.pingTimeoutMs} ms`);
    });
  }

  /**
   * Before v4 it is the runner that pings, and nothing answers. So a silent gateway proves nothing,
   * but for one that was asked.
   */
  #ping(): void {
    const { host, options } = this.#context;
    const { pingTimeoutMs } = options;
    if (this.#askedAt !== undefined && host.now() - this.#askedAt >= pingTimeoutMs) {
      return this.#lost(this.#epoch, `no answer within ${pingTimeoutMs} ms`);
    }
    this.send({ kind: "pong", ts: BigInt(host.epoch()) });
    this.#timer = patientTimer(host, options.pingIntervalMs, () => this.#ping());
  }

  #onClose(epoch: number, end: LinkEnd): void {
    if (epoch === this.#leaving?.epoch) this.#leaving.gone();
    if (epoch !== this.#epoch) return;
    const detail = `${end.code} ${end.reason}`.trim();
    const { code, reason } = TUNNEL_CLOSE.eviction;
    if (end.code !== code || !end.reason.startsWith(reason)) return this.#lost(epoch, detail, end);
    this.#become("evicted", detail);
    this.#end();
    this.#handlers.onLinkEnd(end);
    this.#handlers.onEvicted(detail);
  }

  /** The link is gone, or as good as gone, or never was. */
  #lost(epoch: number, detail: string, end: LinkEnd = { code: 1006, reason: detail }): void {
    if (epoch !== this.#epoch) return;
    const { host, options } = this.#context;
    const wasUp = this.#up;
    if (wasUp && host.now() - this.#upSince >= options.retryResetMs) this.#attempt = 0;
    // A dead peer answers no close: the word of this link is not waited for.
    this.#end()?.close(TUNNEL_CLOSE.pingTimeout.code, TUNNEL_CLOSE.pingTimeout.reason);
    if (this.#state !== "draining") this.#become("reconnecting", detail);
    this.#timer = host.after(retryDelay(this.#attempt++, host.random(), options), () => {
      this.#reconnects++;
      this.#open();
    });
    this.#handlers.onLinkEnd(end);
    if (wasUp) this.#handlers.onCut();
  }

  /** Forgets the link and whatever was planned with it. */
  #end(): Link | undefined {
    const link = this.#link;
    this.#link = undefined;
    this.#askedAt = undefined;
    this.#epoch++;
    this.#up = false;
    this.#timer?.cancel();
    this.#timer = undefined;
    return link;
  }

  #become(state: ConnectionState, detail: string): void {
    this.#state = state;
    this.#context.observer.connection?.(state, detail);
  }
}
