import type { ClientSocket } from "../../lib/gateway/client_socket.ts";
import type { ActorId } from "../../lib/protocol/mod.ts";
import { FakeClient } from "../support/fake_client.ts";

/** What a client is told to watch for. */
export interface ClientWorld {
  committed(actor: ActorId): readonly string[];
  fail(what: string): void;
}

/** One client: numbers what it sends, and judges each answer as it arrives. */
export class SimulatedClient extends FakeClient {
  /** What it sent, as the actor writes it down. */
  readonly sent: string[] = [];
  /** Numbers of the messages that were answered. */
  readonly answered: number[] = [];
  socket!: ClientSocket;
  /** Whether it closed its socket itself. */
  hasLeft = false;
  readonly #world: ClientWorld;

  constructor(
    world: ClientWorld,
    readonly id: number,
    readonly actorId: ActorId,
    readonly hibernates: boolean,
  ) {
    super();
    this.#world = world;
  }

  get isOpen(): boolean {
    return !this.hasLeft && this.closes.length === 0;
  }

  say(): void {
    if (!this.isOpen) return;
    const text = `${this.id}:${this.sent.length + 1}`;
    this.sent.push(text);
    this.socket.fromClient(text);
  }

  leave(): void {
    if (!this.isOpen) return;
    this.hasLeft = true;
    this.socket.clientClosed(1000, "");
  }

  /** An answer: for this client, in order, once, and of an effect that no crash can take back. */
  override send(data: string | Uint8Array): void {
    super.send(data);
    const answer = data as string;
    const text = answer.slice(0, answer.lastIndexOf(" "));
    const count = Number(answer.slice(text.length));
    const number = this.sent.indexOf(text) + 1;
    if (number === 0) this.#world.fail(`client ${this.id} got "${answer}", which it never asked`);
    if (number <= (this.answered.at(-1) ?? 0)) {
      this.#world.fail(`client ${this.id} got "${answer}" doubled or out of order`);
    }
    if (this.#world.committed(this.actorId)[count - 1] !== text) {
      this.#world.fail(`client ${this.id} got "${answer}" before that was durable`);
    }
    this.answered.push(number);
  }
}
