import { Batch } from "../host/batch.ts";
import type { Host } from "../host/host.ts";
import { distance } from "../protocol/mod.ts";
import type { Connection } from "./connection.ts";
import type { RunnerOptions } from "./options.ts";
import type { Outbox } from "./outbox.ts";
import type { TunnelSocket } from "./tunnel_socket.ts";

/**
 * Acks of what clients have sent. One covers everything before it, so under load they wait for
 * `ackMessages` of a socket, or for `ackDelayMs`, whatever comes first.
 *
 * An ack that never leaves costs nothing but the sending again: what it is of is committed.
 */
export class ClientAcks {
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #options: RunnerOptions;
  readonly #batch: Batch<TunnelSocket>;

  constructor(host: Host, connection: Connection, outbox: Outbox, options: RunnerOptions) {
    this.#connection = connection;
    this.#outbox = outbox;
    this.#options = options;
    this.#batch = new Batch(host, options.ackDelayMs, (socket) => this.say(socket));
  }

  /** Everything that the socket has committed is to be acked before long. */
  owe(socket: TunnelSocket): void {
    const { lastAcked, window } = socket;
    const canWait = socket.isOpen && lastAcked !== null &&
      distance(lastAcked, window!.lastCommitted) < this.#options.ackMessages;
    if (canWait) this.#batch.add(socket);
    else this.say(socket);
  }

  /** Acks at once. */
  say(socket: TunnelSocket): void {
    this.#batch.delete(socket);
    const index = socket.window!.lastCommitted;
    this.#outbox.send(socket, { kind: "webSocketMessageAck", index });
    // While the tunnel is cut an ack is not kept: it is given again.
    if (this.#connection.isUp) socket.lastAcked = index;
  }

  /** The socket leaves with its actor: what is owed goes first. */
  settle(socket: TunnelSocket): void {
    if (this.#batch.delete(socket)) this.say(socket);
  }

  /** The gateway wants no more acks of this socket. */
  drop(socket: TunnelSocket): void {
    this.#batch.delete(socket);
  }
}
