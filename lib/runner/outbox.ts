import type { GatewayId, MessageIndex, RequestId, ToServerTunnelBody } from "../protocol/mod.ts";
import type { Connection } from "./connection.ts";
import type { RunnerObserver } from "./observer.ts";
import type { RunnerOptions } from "./options.ts";

/** Limits of what is kept during a cut, as their options are called. */
export type KeptLimit = "reconnectMessages" | "reconnectBytes";

/** The runner's end of one client's request or WebSocket: where tunnel messages go out from. */
export interface Channel {
  readonly gatewayId: GatewayId;
  readonly requestId: RequestId;
  /** Whether what it says during a cut is kept for the reconnect. */
  readonly outlivesCut: boolean;
  /** False while the gateway would drop what is said: it is kept until then. */
  readonly isAttached?: boolean;
  /** The index of the next message, wrapping at 65 536. */
  nextIndex(): MessageIndex;
  /** What it said through the gate has left, or was lost for want of room. */
  sent(outcome: "taken" | KeptLimit): void;
}

/** Something that a channel says. */
export interface Outgoing {
  readonly channel: Channel;
  readonly body: ToServerTunnelBody;
}

/**
 * Puts tunnel messages on the connection; while it is cut, keeps those of sockets for the reconnect,
 * and those of a socket that is not attached until it is, up to a limit. Acks are not kept: the
 * gateway sends again what it has no ack for.
 */
export class Outbox {
  readonly #connection: Connection;
  readonly #options: RunnerOptions;
  readonly #observer: RunnerObserver;
  #kept = new Map<Channel, ToServerTunnelBody[]>();
  #keptMessages = 0;
  #keptBytes = 0;

  constructor(connection: Connection, options: RunnerOptions, observer: RunnerObserver) {
    this.#connection = connection;
    this.#options = options;
    this.#observer = observer;
  }

  get kept(): number {
    return this.#keptMessages;
  }

  /** A limit's name means that the message is lost for want of room: its socket must not go on. */
  send(channel: Channel, body: ToServerTunnelBody): "taken" | KeptLimit {
    if (!this.#canSend(channel)) return this.#keep(channel, body);
    this.#put(channel, body);
    return "taken";
  }

  /** A new tunnel is up: everything kept goes out, in order for each channel. */
  flush(): void {
    for (const channel of [...this.#kept.keys()]) this.release(channel);
  }

  /** The channel is attached, or the tunnel up: what was kept goes out, when both are so. */
  release(channel: Channel): void {
    const kept = this.#kept.get(channel);
    if (kept === undefined || !this.#canSend(channel)) return;
    this.#kept.delete(channel);
    for (const body of kept) {
      this.#keptMessages--;
      this.#keptBytes -= bytesOf(body);
      this.#put(channel, body);
    }
  }

  /** Whoever it was meant for is gone. */
  drop(): void {
    if (this.#keptMessages > 0) this.#observer.outgoingLost?.(this.#keptMessages);
    this.#kept.clear();
    this.#keptMessages = this.#keptBytes = 0;
  }

  #canSend(channel: Channel): boolean {
    return this.#connection.isUp && channel.isAttached !== false;
  }

  #put(channel: Channel, body: ToServerTunnelBody): void {
    const { gatewayId, requestId } = channel;
    const messageId = { gatewayId, requestId, messageIndex: channel.nextIndex() };
    this.#connection.send({ kind: "tunnel", messageId, body });
  }

  #keep(channel: Channel, body: ToServerTunnelBody): "taken" | KeptLimit {
    if (body.kind === "webSocketMessageAck") return "taken";
    if (!channel.outlivesCut) {
      this.#observer.outgoingLost?.(1);
      return "taken";
    }
    const bytes = bytesOf(body);
    const refusal = this.#refusal(bytes);
    // A close says that something is missing: it is never the one that is lost.
    if (refusal !== undefined && body.kind !== "webSocketClose") {
      this.#observer.outgoingLost?.(1);
      return refusal;
    }
    const kept = this.#kept.get(channel);
    if (kept === undefined) this.#kept.set(channel, [body]);
    else kept.push(body);
    this.#keptMessages++;
    this.#keptBytes += bytes;
    return "taken";
  }

  #refusal(bytes: number): KeptLimit | undefined {
    const { reconnectMessages, reconnectBytes } = this.#options;
    if (this.#keptMessages >= reconnectMessages) return "reconnectMessages";
    return this.#keptBytes + bytes > reconnectBytes ? "reconnectBytes" : undefined;
  }
}

function bytesOf(body: ToServerTunnelBody): number {
  return body.kind === "webSocketMessage" ? body.data.length : 0;
}
