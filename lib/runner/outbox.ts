import { SendWindow } from "../delivery/mod.ts";
import {
  advance,
  type GatewayId,
  MAX_DISTANCE,
  type MessageIndex,
  type RequestId,
  speaksBody,
  type ToServerTunnelBody,
} from "../protocol/mod.ts";
import type { Channel, KeptLimit, Life } from "./channel.ts";
import type { Connection } from "./connection.ts";
import type { RunnerObserver } from "./observer.ts";
import type { RunnerOptions } from "./options.ts";
import { RequestMap } from "./request_map.ts";
import { keepSpoken } from "./spoken_message.ts";

/** What one channel has said and still has to be kept. Held while it cannot be sent. */
interface Line {
  readonly channel: Channel;
  readonly window: SendWindow<ToServerTunnelBody>;
  /** Whether the gateway was told on this tunnel whose words these are. */
  isBegun: boolean;
  /** Whether its channel says nothing more. */
  isOver: boolean;
}

/**
 * Puts tunnel messages on the connection, and keeps those that must not get lost.
 *
 * What an actor says on a socket that hibernates is kept until a gateway of ours has acked it, and
 * goes out again after each cut. A foreign gateway acks nothing: there only what is said during a cut
 * is kept, until it is sent. So is what is said on a socket that is not attached yet. Acks are never
 * kept: the gateway sends again what it has no ack for.
 */
export class Outbox {
  readonly #connection: Connection;
  readonly #options: RunnerOptions;
  readonly #observer: RunnerObserver;
  readonly #lines = new Map<Channel, Line>();
  /** Lines that a gateway of ours may ack. */
  readonly #acked = new RequestMap<Line>();
  /** Lines that are over, by the life that they are of. */
  readonly #over = new Map<string, Set<Line>>();
  #messages = 0;
  #bytes = 0;

  constructor(connection: Connection, options: RunnerOptions, observer: RunnerObserver) {
    this.#connection = connection;
    this.#options = options;
    this.#observer = observer;
  }

  /** Messages that are kept, sent or not. */
  get kept(): number {
    return this.#messages;
  }

  /** A limit's name means that the message is lost for want of room: its socket must not go on. */
  send(channel: Channel, body: ToServerTunnelBody): "taken" | KeptLimit {
    const canSend = this.#canSend(channel);
    const isAck = body.kind === "webSocketMessageAck";
    if (isAck || !(canSend ? this.#isAcked(channel) : channel.outlivesCut)) {
      const isFull = canSend && body.kind === "webSocketMessage" && this.#isFull;
      if (canSend && !isFull) this.#put(channel, this.#nextIndex(channel), body);
      else if (!isAck) this.#observer.outgoingLost?.(1);
      return isFull ? "tunnelBufferBytes" : "taken";
    }
    const line = this.#lines.get(channel) ?? this.#open(channel, canSend);
    const bytes = bytesOf(body);
    const refusal = this.#refusal(line, bytes);
    // A close says that something is missing: it is never the one that is lost.
    if (refusal !== undefined && body.kind !== "webSocketClose") {
      this.#observer.outgoingLost?.(1);
      return refusal;
    }
    keepSpoken(body);
    const index = line.window.push(body, bytes, 0);
    if (typeof index === "string") throw new Error(`A channel says more than its close: ${index}`);
    channel.lastIndex = index;
    this.#messages++;
    this.#bytes += bytes;
    if (canSend) this.#transmit(line, index, body);
    return "taken";
  }

  /** The tunnel is cut: everything that is kept waits for the next one. */
  cut(): void {
    for (const line of this.#lines.values()) {
      line.window.hold();
      line.isBegun = false;
    }
  }

  /** A new tunnel is up: everything kept goes out (again), in order for each channel. */
  flush(): void {
    for (const channel of [...this.#lines.keys()]) this.release(channel);
  }

  /** The channel is attached, or the tunnel up: what was kept goes out, when both are so. */
  release(channel: Channel): void {
    const line = this.#lines.get(channel);
    if (line === undefined || !this.#canSend(channel)) return;
    line.window.release(0, (index, body) => this.#transmit(line, index, body));
    if (this.#isAcked(channel)) return;
    this.#forget(line);
  }

  /**
   * The gateway has taken everything up to `index`. False when nothing of that socket is kept here:
   * the message is about something else.
   */
  acked(gatewayId: GatewayId, requestId: RequestId, index: MessageIndex): boolean {
    const line = this.#acked.get(gatewayId, requestId);
    if (line === undefined) return false;
    const { window } = line;
    const before = window.pendingBytes;
    const covered = window.ack(index);
    if (covered === "future") this.#observer.frameDropped?.("ack from the future");
    if (typeof covered === "string") return true;
    this.#messages -= covered;
    this.#bytes -= before - window.pendingBytes;
    if (line.isOver && window.pending === 0) this.#forget(line);
    return true;
  }

  /** The channel says nothing more. `isWanted`: what it has said must still arrive. */
  end(channel: Channel, isWanted: boolean): void {
    const line = this.#lines.get(channel);
    if (line === undefined) return;
    if (!isWanted || line.window.pending === 0) return this.#forget(line);
    line.isOver = true;
    if (channel.life === null) return;
    const key = keyOf(channel.life);
    const over = this.#over.get(key);
    if (over === undefined) this.#over.set(key, new Set([line]));
    else over.add(line);
  }

  /** The gateway knows that the life is over: it has taken everything that was said in it. */
  lifeHeard(life: Life): void {
    for (const line of [...this.#over.get(keyOf(life)) ?? []]) this.#forget(line);
  }

  /** Whoever it was meant for is gone. */
  drop(): void {
    let lost = 0;
    // What is on a tunnel that is whole still arrives.
    for (const { window } of this.#lines.values()) if (window.held) lost += window.pending;
    if (lost > 0) this.#observer.outgoingLost?.(lost);
    this.#lines.clear();
    this.#acked.clear();
    this.#over.clear();
    this.#messages = this.#bytes = 0;
  }

  #canSend(channel: Channel): boolean {
    return this.#connection.isUp && channel.isAttached !== false;
  }

  /** Whether the gateway reads too slowly. What is acked has limits of its own. */
  get #isFull(): boolean {
    return this.#connection.bufferedBytes > this.#options.tunnelBufferBytes;
  }

  /** Whether the gateway acks what is said there. */
  #isAcked(channel: Channel): boolean {
    return channel.life !== null && this.#connection.isOurs;
  }

  #open(channel: Channel, canSend: boolean): Line {
    const limits = { messages: MAX_DISTANCE, bytes: Infinity };
    const window = new SendWindow<ToServerTunnelBody>(limits, channel.lastIndex, {
      held: !canSend,
    });
    const line = { channel, window, isBegun: false, isOver: false };
    this.#lines.set(channel, line);
    if (channel.life === null) return line;
    const { gatewayId, requestId } = channel;
    // The socket's last life is over, and the gateway knows: it has begun this one.
    const before = this.#acked.get(gatewayId, requestId);
    if (before !== undefined) this.#forget(before);
    this.#acked.set(gatewayId, requestId, line);
    return line;
  }

  #forget(line: Line): void {
    const { channel, window } = line;
    this.#messages -= window.pending;
    this.#bytes -= window.pendingBytes;
    this.#lines.delete(channel);
    if (channel.life === null) return;
    this.#acked.delete(channel.gatewayId, channel.requestId, line);
    const key = keyOf(channel.life);
    const over = this.#over.get(key);
    if (over?.delete(line) && over.size === 0) this.#over.delete(key);
  }

  #transmit(line: Line, index: MessageIndex, body: ToServerTunnelBody): void {
    const { channel } = line;
    if (!line.isBegun && this.#isAcked(channel)) {
      line.isBegun = true;
      this.#put(channel, advance(index, -1), speaksBody(channel.life!.generation));
    }
    this.#put(channel, index, body);
  }

  #put({ gatewayId, requestId }: Channel, messageIndex: MessageIndex, body: ToServerTunnelBody) {
    const messageId = { gatewayId, requestId, messageIndex };
    this.#connection.send({ kind: "tunnel", messageId, body });
  }

  /** The index of a message that nobody acks. Where others are acked it must not leave a gap. */
  #nextIndex(channel: Channel): MessageIndex {
    if (this.#isAcked(channel)) return channel.lastIndex;
    return channel.lastIndex = advance(channel.lastIndex);
  }

  #refusal({ window }: Line, bytes: number): KeptLimit | undefined {
    const { pendingMessages, reconnectMessages, reconnectBytes } = this.#options;
    if (window.pending >= pendingMessages) return "pendingMessages";
    if (this.#messages >= reconnectMessages) return "reconnectMessages";
    return this.#bytes + bytes > reconnectBytes ? "reconnectBytes" : undefined;
  }
}

function keyOf({ actorId, generation }: Life): string {
  return `${actorId}/${generation}`;
}

function bytesOf(body: ToServerTunnelBody): number {
  return body.kind === "webSocketMessage" ? body.data.length : 0;
}
