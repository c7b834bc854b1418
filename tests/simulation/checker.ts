import type { ActorId, RequestId, ToClient, ToServer } from "../../lib/protocol/mod.ts";
import {
  CLIENT_CLOSE,
  type Close,
  distance,
  MAX_REASON_BYTES,
  messageIndex,
} from "../../lib/protocol/mod.ts";
import type { Side } from "./cable.ts";
import type { Ledger } from "./sim_actor.ts";
import type { SimClient } from "./sim_client.ts";
import { work } from "./sandbox.ts";

/** Entries of maps that one message may cost to go through, wherever it arrives: it must not grow. */
const WALKED_PER_MESSAGE = 2;

/** How far one client's messages have come. Numbers count from 1; 0 is none. */
class Progress {
  received = 0;
  handled = 0;
  acked = 0;
  constructor(readonly client: SimClient) {}
}

/** What the checker looks at that it is not told. */
export interface CheckedWorld {
  now(): number;
  /** What is durable of the actor. */
  durable(actor: ActorId): Ledger | null;
  readonly limits: { readonly pendingMessages: number; readonly pendingBytes: number };
  /** Closes that this seed's faults may bring, by their reason. */
  mayClose(reason: string): boolean;
}

/** Thrown at the first promise that is seen broken. */
export class Broken extends Error {
  constructor(readonly promise: string, readonly detail: string) {
    super(`${promise}: ${detail}`);
  }
}

/** Holds what happens against what is promised, while it happens. */
export class Checker {
  failure: Broken | undefined;
  /** Counted here, to be compared with what the program counts itself. */
  readonly counts = { sleeps: 0, wakes: 0, crashes: 0 };
  readonly #world: CheckedWorld;
  readonly #progress = new Map<SimClient, Progress>();
  readonly #byRequest = new Map<RequestId, Progress>();
  readonly #touched = new Set<Progress>();
  /** Actors with their generations. */
  readonly #lives = new Set<string>();

  constructor(world: CheckedWorld) {
    this.#world = world;
  }

  fail(promise: string, detail: string): void {
    this.failure ??= new Broken(promise, `${detail} (at ${this.#world.now()} ms)`);
  }

  // What happens

  opened(client: SimClient): void {
    const progress = new Progress(client);
    this.#progress.set(client, progress);
    this.#byRequest.set(client.socket!.requestId, progress);
  }

  said(client: SimClient): void {
    this.#touch(this.#progress.get(client)!);
  }

  /** A process has put a message on a tunnel. */
  sent(from: Side, message: ToServer | ToClient): void {
    if (message.kind !== "tunnel") return;
    const { messageId: { requestId, messageIndex }, body } = message;
    const progress = this.#byRequest.get(requestId);
    if (body.kind === "webSocketClose") this.#checkClose(body.code, body.reason);
    if (progress === undefined) return;
    const { client } = progress;
    if (from === "gateway") {
      if (body.kind !== "webSocketMessage") return;
      const number = this.#numberOf(client, messageIndex);
      if (number > client.said) {
        this.fail("sent", `client ${client.number}: index ${messageIndex} was never given`);
      }
      return;
    }
    if (body.kind === "webSocketMessageAck") {
      const covered = this.#numberOf(client, body.index);
      const committed = this.#committed(client);
      // A client that was told has no message that could be lost in silence.
      if (client.end === undefined && Math.min(covered, client.said) > committed) {
        this.fail(
          "no ack before its commit",
          `client ${client.number}: acked ${covered}, durable ${committed}`,
        );
      }
    }
  }

  /** A frame reaches a process. What it returns is called when the process has taken it. */
  arrives(at: Side, message: ToServer | ToClient | null): () => void {
    if (message === null || message.kind !== "tunnel") return NOTHING;
    const { messageId: { requestId, messageIndex }, body } = message;
    const progress = this.#byRequest.get(requestId);
    if (progress === undefined) return NOTHING;
    const { client } = progress;
    const { socket } = client;
    switch (body.kind) {
      case "webSocketMessage": {
        if (at === "runner") {
          progress.received = Math.max(progress.received, this.#numberOf(client, messageIndex));
        }
        return this.#measure();
      }
      case "webSocketMessageAck": {
        if (at === "runner" || socket === undefined) return NOTHING;
        const before = socket.view().lastAcked;
        return () => {
          const after = socket.view().lastAcked;
          if (after === before) return;
          const covered = distance(before, after);
          if (after !== body.index || covered <= 0 || covered > 32_767) {
            this.fail("acks", `client ${client.number}: ${body.index} moved ${before} to ${after}`);
          }
          progress.acked = Math.min(this.#numberOf(client, after), client.said);
          this.#touch(progress);
        };
      }
      default:
        return NOTHING;
    }
  }

  /** A gateway's generations are its own: one that comes after a death goes on from what is durable. */
  gatewayStarts(): void {
    this.#lives.clear();
  }

  /** A runner has an actor in memory now. */
  started(actor: ActorId, generation: number): void {
    const life = `${actor}.${generation}`;
    if (this.#lives.has(life)) this.fail("a start counts once", `${life} was started again`);
    this.#lives.add(life);
  }

  handled(client: SimClient, number: number): void {
    const progress = this.#progress.get(client)!;
    if (number > progress.received) {
      this.fail("handled ≤ received", `client ${client.number}: ${number} > ${progress.received}`);
    }
    progress.handled = Math.max(progress.handled, number);
    this.#touch(progress);
  }

  answered(client: SimClient, of: number, number: number, count: number, part: number): void {
    if (of !== client.number) {
      return this.fail("answers", `client ${client.number} got an answer of client ${of}`);
    }
    if (client.end !== undefined || client.hasLeft) {
      return this.fail("answers", `client ${client.number} got an answer after its end`);
    }
    const parts = client.answers[number - 1];
    if (parts === undefined) {
      return this.fail("answers", `client ${client.number} never said ${number}`);
    }
    if (part !== parts || client.answers.slice(number).some((later) => later > 0)) {
      return this.fail(
        "order and once, to the client",
        `client ${client.number}: part ${part} of the answer to ${number} after ${parts} parts`,
      );
    }
    client.answers[number - 1] = parts + 1;
    const durable = this.#world.durable(client.actorId);
    if ((durable?.seen[client.number] ?? 0) < number || durable!.count < count) {
      this.fail(
        "no output before its state is durable",
        `client ${client.number}: answered ${number}, durable ${durable?.seen[client.number]}`,
      );
    }
  }

  closed(client: SimClient, { code, reason }: Close): void {
    if (client.end !== undefined) {
      return this.fail("one close", `client ${client.number} is closed twice`);
    }
    this.#checkClose(code, reason);
    const [why] = reason.split("#");
    const known = Object.values(CLIENT_CLOSE).some((close) => close.reason === why);
    if (!known) this.fail("closes are known", `${code} ${reason}`);
    if (client.hibernates && !this.#world.mayClose(why!)) {
      this.fail(
        "a hibernatable client is not closed",
        `client ${client.number}: ${code} ${reason}`,
      );
    }
    this.#touch(this.#progress.get(client)!);
  }

  /** What is kept of an actor has changed. */
  committed(actor: ActorId): void {
    for (const progress of this.#progress.values()) {
      if (progress.client.actorId === actor) this.#touch(progress);
    }
    const ledger = this.#world.durable(actor);
    if (ledger === null) return;
    if (ledger.wrong.length > 0) this.fail("each message once, in order", ledger.wrong[0]!);
    for (const [id, times] of Object.entries(ledger.posts)) {
      if (times > 1) this.fail("a request is sent once", `POST ${id} was taken ${times} times`);
    }
    const counted = ledger.seen.reduce((sum, number) => sum + number, 0);
    if (counted !== ledger.count) {
      this.fail("each message once, in order", `${ledger.count} counted, ${counted} seen`);
    }
  }

  // What must hold

  /** After every step: of each client that the step has touched. */
  step(): void {
    for (const progress of this.#touched) this.#check(progress);
    this.#touched.clear();
  }

  /** Of every client. */
  all(): void {
    for (const progress of this.#progress.values()) this.#check(progress);
  }

  #check({ client, received, handled, acked }: Progress): void {
    const { socket, said, number } = client;
    const committed = this.#committed(client);
    if (!(acked <= committed && committed <= handled && handled <= received && received <= said)) {
      this.fail(
        "acked ≤ committed ≤ handled ≤ received ≤ sent",
        `client ${number}: ${acked}, ${committed}, ${handled}, ${received}, ${said}`,
      );
    }
    if (socket === undefined || client.end?.code === 1006 || socket.phase === "closed") return;
    const { pendingMessages, pendingBytes, isClientGone, phase, hibernatable } = socket;
    const { limits } = this.#world;
    if (pendingMessages > limits.pendingMessages || pendingBytes > limits.pendingBytes) {
      this.fail("limits", `client ${number}: ${pendingMessages} messages, ${pendingBytes} bytes`);
    }
    const isPlain = phase !== "opening" && !hibernatable;
    const bytes = isPlain ? 0 : client.bytesUpTo[said]! - client.bytesUpTo[acked]!;
    if (pendingBytes !== bytes) {
      this.fail("bytes are conserved", `client ${number}: ${pendingBytes} pending, not ${bytes}`);
    }
    const messages = isPlain ? 0 : said - acked;
    if (!isClientGone && pendingMessages !== messages) {
      this.fail("the window", `client ${number}: ${pendingMessages} pending, not ${messages}`);
    }
  }

  #touch(progress: Progress): void {
    this.#touched.add(progress);
  }

  #committed(client: SimClient): number {
    return this.#world.durable(client.actorId)?.seen[client.number] ?? 0;
  }

  #numberOf(client: SimClient, index: number): number {
    return distance(messageIndex(client.firstIndex), messageIndex(index));
  }

  #checkClose(code: number | null, reason: string | null): void {
    if (code !== null && RESERVED.includes(code)) {
      this.fail("closes may be sent", `${code} ${reason}`);
    }
    if (new TextEncoder().encode(reason ?? "").length > MAX_REASON_BYTES) {
      this.fail("closes may be sent", `the reason ${reason}`);
    }
  }

  #measure(): () => void {
    const { walked, texts } = work;
    return () => {
      if (work.walked - walked > WALKED_PER_MESSAGE) {
        this.fail("O(1) a message", `${work.walked - walked} entries were gone through`);
      }
      if (work.texts > texts) this.fail("no text a message", "a message cost a JSON text");
    };
  }
}

const NOTHING = (): void => {};

/** Codes that no close frame may have (RFC 6455, section 7.4.1). */
const RESERVED = [1004, 1005, 1006, 1015];
