import type { ClientLink } from "../../lib/gateway/client_link.ts";
import type { ClientSocket } from "../../lib/gateway/client_socket.ts";
import type { Close } from "../../lib/protocol/mod.ts";
import type { ActorId } from "../../lib/protocol/mod.ts";
import { type Command, readAnswer, say } from "./sim_actor.ts";

/** Who watches what a client sees. */
export interface ClientWatch {
  /** The gateway has taken a message of so many bytes. */
  said(client: SimClient, bytes: number): void;
  answered(client: SimClient, of: number, number: number, count: number, part: number): void;
  closed(client: SimClient, close: Close): void;
}

/** One client with one WebSocket. It numbers what it says. */
export class SimClient implements ClientLink {
  socket: ClientSocket | undefined;
  /** Bytes of all messages up to the first, the second, … that the gateway has taken. */
  readonly bytesUpTo: number[] = [0];
  /** Parts that each message was answered with, by its number. */
  readonly answers: number[] = [];
  readonly commands: Command[] = [];
  /** How its socket ended; `undefined` while it is open. */
  end: Close | undefined;
  hasLeft = false;
  /** Whether the gateway took it for a socket that outlives cuts when the client left. */
  leftHibernatable = false;
  isSlow = false;
  #unread = 0;

  constructor(
    readonly watch: ClientWatch,
    readonly number: number,
    readonly actorId: ActorId,
    readonly hibernates: boolean,
    readonly firstIndex: number,
  ) {}

  get isOpen(): boolean {
    return this.socket !== undefined && !this.hasLeft && this.end === undefined;
  }

  /** How many messages the gateway has taken. */
  get said(): number {
    return this.commands.length;
  }

  say(command: Command, { binary = false, padding = 0 } = {}): void {
    if (!this.isOpen) return;
    const data = say({ client: this.number, number: this.said + 1, command }, binary, padding);
    this.commands.push(command);
    this.bytesUpTo.push(this.bytesUpTo.at(-1)! + data.length);
    this.answers.push(0);
    this.socket!.fromClient(data);
    if (!this.isOpen) {
      // At a limit: it was not taken, and the client was told.
      this.commands.pop();
      this.bytesUpTo.pop();
      this.answers.pop();
      return;
    }
    this.watch.said(this, data.length);
  }

  /** Longer than the gateway takes. */
  sayTooMuch(bytes: number): void {
    if (this.isOpen) this.socket!.fromClient("x".repeat(bytes));
  }

  /** @param code 1006 when its connection breaks. */
  leave(code = 1000): void {
    if (!this.isOpen) return;
    this.hasLeft = true;
    this.leftHibernatable = this.socket!.hibernatable;
    this.socket!.clientClosed(code, "");
  }

  /** Its gateway is dead. */
  broken(): void {
    this.end ??= { code: 1006, reason: "" };
  }

  get bufferedBytes(): number {
    return this.#unread;
  }

  /** Reads again. */
  read(): void {
    this.isSlow = false;
    this.#unread = 0;
  }

  send(data: string | Uint8Array): void {
    if (this.isSlow) this.#unread += 16 * 1024;
    const { client, number, count, part } = readAnswer(data);
    this.watch.answered(this, client, number, count, part);
  }

  close(close: Close): void {
    this.watch.closed(this, close);
    this.end = close;
  }
}
