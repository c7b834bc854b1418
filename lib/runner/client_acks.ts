import { Batch } from "../host/batch.ts";
import type { Host } from "../host/host.ts";
import { distance } from "../protocol/mod.ts";
import type { Connection } from "./connection.ts";
import type { RunnerOptions } from "./options.ts";
import type { Outbox } from "./outbox.ts";
import type { TunnelSocket } from "./tunnel_socket.ts";

/**
 * Acks of what clients have sent. One covers everything before it, so they wait for `ackMessages` of
 * a socket, or for `ackDelayMs`, whatever comes first; for `committedAckDelayMs` where a commit has
 * gathered some already, and took its time.
 *
 * An ack that never leaves costs nothing but the sending again: what it is of is committed.
 */
export class ClientAcks {
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #options: RunnerOptions;
  readonly #handled: Batch<TunnelSocket>;
  readonly #committed: Batch<TunnelSocket>;

  constructor(host: Host, connection: Connection, outbox: Outbox, options: RunnerOptions) {
    this.#connection = connection;
    this.#outbox = outbox;
    this.#options = options;
    this.#handled = new Batch(host, options.ackDelayMs, (socket) => this.say(socket));
    this.#committed = new Batch(host, options.committedAckDelayMs, (socket) => this.say(socket));
  }

  /** Everything that the socket has handled, and committed if there was a state, is to be acked. */
  owe(socket: TunnelSocket, hasState: boolean): void {
    const { lastAcked, window } = socket;
    const canWait = socket.isOpen && lastAcked !== null &&
      distance(lastAcked, window!.lastCommitted) < this.#options.ackMessages;
    if (canWait) (hasState ? this.#committed : this.#handled).add(socket);
    else this.say(socket);
  }

  /** Acks at once. */
  say(socket: TunnelSocket): void {
    this.drop(socket);
    const index = socket.window!.lastCommitted;
    this.#outbox.send(socket, { kind: "webSocketMessageAck", index });
    socket.follower?.ackSaid(index);
    // While the tunnel is cut an ack is not kept: it is given again.
    if (this.#connection.isUp) socket.lastAcked = index;
  }

  /** The socket leaves with its actor: what is owed goes first. */
  settle(socket: TunnelSocket): void {
    if (this.drop(socket)) this.say(socket);
  }

  /** The gateway wants no more acks of this socket. False when none was owed. */
  drop(socket: TunnelSocket): boolean {
    return this.#handled.delete(socket) || this.#committed.delete(socket);
  }
}
