import {
  type ActorId,
  CLIENT_CLOSE,
  type Close,
  type GatewayId,
  type HibernatingRequest,
  type MessageId,
  messageIndex,
  type RequestId,
  requestKey,
  type ToClientTunnelBody,
} from "../protocol/mod.ts";
import { AttachGrace } from "../runner/attach_grace.ts";
import type { Life } from "../runner/channel.ts";
import { LooseChannel } from "../runner/loose_channel.ts";
import type { HibernatingWebSocketMetadata } from "./config.ts";
import type { CallbackContext } from "./context.ts";
import {
  HostedSocket,
  type HostedSocketInit,
  keptIndex,
  type SocketHolder,
} from "./hosted_socket.ts";
import { idBuffer, toGatewayId, toRequestId } from "./ids.ts";

type WebSocketOpen = Extract<ToClientTunnelBody, { kind: "webSocketOpen" }>;

/** What the user's handler is told of a socket beside the socket itself. */
interface Opening {
  readonly request: Request;
  readonly path: string;
  readonly headers: Record<string, string>;
}

/** One actor's sockets: opened, restored and closed here, and handed to the user. */
export class SocketDesk implements SocketHolder {
  readonly life: Life;
  isStopping = false;
  readonly #context: CallbackContext;
  readonly #sockets = new Set<HostedSocket>();
  readonly #grace: AttachGrace;

  constructor(context: CallbackContext, life: Life) {
    this.#context = context;
    this.life = life;
    this.#grace = new AttachGrace(context, () => {});
  }

  get actorId(): ActorId {
    return this.life.actorId;
  }

  /** Those that are opening or open. */
  get all(): ReadonlySet<HostedSocket> {
    return this.#sockets;
  }

  /** A client has connected. */
  async open(messageId: MessageId, { path, headers: pairs }: WebSocketOpen): Promise<void> {
    const { gatewayId, requestId } = messageId;
    const known = this.#context.sockets.get(gatewayId, requestId);
    if (known !== undefined) {
      // The answer got lost in a cut. What is in flight on the socket stays as it is.
      if (known.readyState === 1) known.answerOpen();
      return;
    }
    let opening: Opening;
    let hibernatable: boolean;
    try {
      opening = openingOf(path, Object.fromEntries(pairs));
      hibernatable = this.#mayHibernate(gatewayId, requestId, opening.request);
    } catch (error) {
      this.#failed(error);
      return this.#refuse(gatewayId, requestId, CLIENT_CLOSE.serverError, { isOpening: true });
    }
    const socket = this.#register({
      gatewayId,
      requestId,
      hibernatable,
      isRestored: false,
      lastReceived: messageId.messageIndex,
      nextIndex: messageIndex(0),
    });
    if (await this.#serve(socket, opening, false)) socket.open();
    else socket.refuse(CLIENT_CLOSE.serverError);
  }

  /**
   * Brings back the sockets that both sides know. One that only the gateway knows is closed; one
   * that only the user knows is handed over and closed at once, so that it gets forgotten.
   */
  async restore(
    hibernating: readonly HibernatingRequest[],
    metadata: readonly HibernatingWebSocketMetadata[],
  ): Promise<void> {
    const kept = new Map<string, HibernatingWebSocketMetadata>();
    for (const meta of metadata) {
      kept.set(requestKey(toGatewayId(meta.gatewayId), toRequestId(meta.requestId)), meta);
    }
    const handled: Promise<void>[] = [];
    for (const { gatewayId, requestId } of hibernating) {
      const key = requestKey(gatewayId, requestId);
      const meta = kept.get(key);
      kept.delete(key);
      this.#context.departedSockets.delete(key);
      if (meta === undefined) this.#refuse(gatewayId, requestId, CLIENT_CLOSE.metaNotFound);
      else handled.push(this.#restoreOne(meta));
    }
    for (const meta of kept.values()) handled.push(this.#forgetOne(meta));
    await Promise.all(handled);
  }

  /** The gateway was told that the actor runs: it attaches the restored sockets. */
  running(): void {
    this.#grace.start();
  }

  heard(socket: HostedSocket): void {
    this.#grace.attached(socket);
  }

  forget(socket: HostedSocket): void {
    const { gatewayId, requestId } = socket;
    this.#sockets.delete(socket);
    this.#context.sockets.delete(gatewayId, requestId, socket);
    this.#context.closedSockets.add(requestKey(gatewayId, requestId));
  }

  /** Closes those that cannot hibernate, with their listeners told. */
  closePlain(close: Close): void {
    for (const socket of this.#plain()) socket.cutOff(close);
  }

  /** Those that cannot hibernate are over, and nobody can be told but their listeners. */
  losePlain({ code, reason }: Close): void {
    for (const socket of this.#plain()) socket.ended(code, reason);
  }

  /** The actor has left: the gateway keeps those that hibernate. */
  leave(): void {
    this.#grace.end();
    const { sockets, departedSockets } = this.#context;
    for (const socket of this.#sockets) {
      const { gatewayId, requestId } = socket;
      socket.hibernate();
      sockets.delete(gatewayId, requestId, socket);
      departedSockets.add(requestKey(gatewayId, requestId));
    }
    this.#sockets.clear();
  }

  #plain(): HostedSocket[] {
    return [...this.#sockets].filter((socket) => !socket.hibernatable);
  }

  #register(init: HostedSocketInit): HostedSocket {
    const socket = new HostedSocket(this.#context, this, init);
    this.#sockets.add(socket);
    this.#context.sockets.set(init.gatewayId, init.requestId, socket);
    this.#context.departedSockets.delete(requestKey(init.gatewayId, init.requestId));
    return socket;
  }

  /** Hands a socket to the user. Returns whether the user takes it. */
  async #serve(socket: HostedSocket, opening: Opening, isRestored: boolean): Promise<boolean> {
    const { runner } = this.#context;
    try {
      await runner.config.websocket(
        runner,
        this.actorId,
        socket.webSocket,
        socket.gatewayIdBuffer,
        socket.requestIdBuffer,
        opening.request,
        opening.path,
        opening.headers,
        socket.hibernatable,
        isRestored,
      );
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  async #restoreOne(meta: HibernatingWebSocketMetadata): Promise<void> {
    let socket: HostedSocket;
    let opening: Opening;
    try {
      opening = openingOf(meta.path, meta.headers);
      socket = this.#register(restoredInit(meta));
      this.#grace.add(socket);
    } catch (error) {
      this.#failed(error);
      const ids = [toGatewayId(meta.gatewayId), toRequestId(meta.requestId)] as const;
      return this.#refuse(...ids, CLIENT_CLOSE.restoreError);
    }
    if (!await this.#serve(socket, opening, true)) socket.cutOff(CLIENT_CLOSE.restoreError);
  }

  async #forgetOne(meta: HibernatingWebSocketMetadata): Promise<void> {
    try {
      const opening = openingOf(meta.path, meta.headers);
      const socket = this.#register(restoredInit(meta));
      await this.#serve(socket, opening, true);
      const { code, reason } = CLIENT_CLOSE.staleMetadata;
      socket.ended(code, reason);
    } catch (error) {
      this.#failed(error);
    }
  }

  #mayHibernate(gatewayId: GatewayId, requestId: RequestId, request: Request): boolean {
    const { hibernatableWebSocket } = this.#context.runner.config;
    const ids = [idBuffer(gatewayId), idBuffer(requestId)] as const;
    const may = hibernatableWebSocket.canHibernate(this.actorId, ...ids, request);
    if (typeof may === "boolean") return may;
    throw new TypeError(`canHibernate returned ${typeof may}, a boolean is wanted`);
  }

  #failed(error: unknown): void {
    this.#context.observer.handlerFailed?.(this.actorId, "websocket", error);
  }

  #refuse(
    gatewayId: GatewayId,
    requestId: RequestId,
    { code, reason }: Close,
    { isOpening = false } = {},
  ): void {
    const { closedSockets, outbox } = this.#context;
    closedSockets.add(requestKey(gatewayId, requestId));
    const channel = new LooseChannel(gatewayId, requestId);
    // As HostedSocket.refuse() does.
    if (isOpening) outbox.send(channel, { kind: "webSocketOpen", canHibernate: false });
    outbox.send(channel, { kind: "webSocketClose", code, reason, hibernate: false });
  }
}

function restoredInit(meta: HibernatingWebSocketMetadata): HostedSocketInit {
  return {
    gatewayId: toGatewayId(meta.gatewayId),
    requestId: toRequestId(meta.requestId),
    hibernatable: true,
    isRestored: true,
    lastReceived: keptIndex(meta.serverMessageIndex, "serverMessageIndex"),
    nextIndex: keptIndex(meta.clientMessageIndex, "clientMessageIndex"),
  };
}

/** The request as the client's handshake would have looked. It is not sent anywhere. */
function openingOf(path: string, headers: Record<string, string>): Opening {
  const rooted = path.startsWith("/") ? path : `/${path}`;
  const all = { ...headers, upgrade: "websocket", connection: "Upgrade" };
  return { request: new Request(`http://actor${rooted}`, { headers: all }), path, headers };
}
