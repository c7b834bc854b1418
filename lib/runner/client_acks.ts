import type { Host } from "../host/host.ts";
import { Rounds } from "../host/rounds.ts";
import { distance } from "../protocol/mod.ts";
import type { Connection } from "./connection.ts";
import type { RunnerObserver } from "./observer.ts";
import type { RunnerOptions } from "./options.ts";
import type { Outbox } from "./outbox.ts";
import type { TunnelSocket } from "./tunnel_socket.ts";

/**
 * Acks of what clients have sent. One covers everything before it, so they wait for `ackMessages` or
 * `ackBytes` of a socket, or for `ackDelayMs`, whatever comes first; for `committedAckDelayMs` where a
 * commit has gathered some already, and took its time.
 *
 * An ack costs as much as a message. Of many sockets that are owed one no more than `acksPerRound` get
 * theirs each time, so that under load each waits longer, for `ackDelayMaxMs` at most, and covers more.
 *
 * An ack that never leaves costs nothing but the sending again: what it is of is committed.
 */
export class ClientAcks {
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #options: RunnerOptions;
  readonly #handled: Rounds<TunnelSocket>;
  readonly #committed: Rounds<TunnelSocket>;

  constructor(
    host: Host,
    connection: Connection,
    outbox: Outbox,
    options: RunnerOptions,
    observer: RunnerObserver,
  ) {
    this.#connection = connection;
    this.#outbox = outbox;
    this.#options = options;
    const { acksPerRound: atMost, ackDelayMaxMs: maxDelayMs } = options;
    const rounds = (delayMs: number): Rounds<TunnelSocket> =>
      new Rounds(
        host,
        { delayMs, atMost, maxDelayMs },
        (socket) => this.say(socket),
        () => observer.limitReached?.("acksPerRound", atMost),
      );
    this.#handled = rounds(options.ackDelayMs);
    this.#committed = rounds(options.committedAckDelayMs);
  }

  /**
   * Everything that the socket has handled, and committed if there was a state, is to be acked: `bytes`
   * of it are new.
   */
  owe(socket: TunnelSocket, bytes: number, hasState: boolean): void {
    const { lastAcked, window } = socket;
    const { ackMessages, ackBytes } = this.#options;
    socket.unackedBytes += bytes;
    const canWait = socket.isOpen && lastAcked !== null && socket.unackedBytes < ackBytes &&
      distance(lastAcked, window!.lastCommitted) < ackMessages;
    if (canWait) (hasState ? this.#committed : this.#handled).add(socket);
    else this.say(socket);
  }

  /** Acks at once. */
  say(socket: TunnelSocket): void {
    this.drop(socket);
    const index = socket.window!.lastCommitted;
    socket.unackedBytes = 0;
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
