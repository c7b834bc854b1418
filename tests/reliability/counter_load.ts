/**
 * Clients of the sample actor `counter` that send `inc` on hibernatable sockets, and what must come
 * of it: each answer is a count that nobody else was told, each socket is told them in rising order,
 * and an actor's count is the number of `inc` that were sent to it. Where a socket was closed against
 * the client's will, its part is between what was answered and what was sent.
 */
import { actorUrl, socketUrl } from "../../components/samples.ts";
import type { VirtualHost } from "../../lib/host/virtual_host.ts";

/** How long one question may take, and how long between two looks. */
const ASK_MS = 10_000;
const LOOK_MS = 100;
/** Sockets that are opened at the same time. */
const OPENING_AT_ONCE = 50;

export interface LoadShape {
  /** The gateway's `http://127.0.0.1:…`. */
  readonly url: string;
  /** Of the actors' keys. */
  readonly prefix: string;
  readonly actors: number;
  readonly socketsEach: number;
  /** Where its randomness comes from; its clock is not used. */
  readonly random: VirtualHost;
}

/** What came of a load so far. */
export interface Tally {
  readonly sent: number;
  readonly answered: number;
  /** Sent on sockets that stayed open, and counted by no actor. */
  readonly lost: number;
  /** Counted, and never sent. */
  readonly doubled: number;
  /** Answers out of order, or told twice. */
  readonly disorder: number;
  /** Code and reason of each close that no client asked for, and how often. */
  readonly closes: ReadonlyMap<string, number>;
  /** What went wrong, in words; the first few. */
  readonly faults: readonly string[];
}

const FAULTS_TOLD = 20;

export class CounterLoad implements AsyncDisposable {
  readonly #shape: LoadShape;
  readonly #actors: CountedActor[];
  readonly #closes = new Map<string, number>();
  readonly #faults: string[] = [];
  #disorder = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isLeaving = false;

  private constructor(shape: LoadShape) {
    this.#shape = shape;
    const { url, prefix } = shape;
    this.#actors = Array.from(
      { length: shape.actors },
      (_, at) => new CountedActor(url, `${prefix}-${at}`),
    );
  }

  static async open(shape: LoadShape): Promise<CounterLoad> {
    const load = new CounterLoad(shape);
    const wanted = load.#actors.flatMap((actor) => Array(shape.socketsEach).fill(actor));
    while (wanted.length > 0) {
      await Promise.all(wanted.splice(0, OPENING_AT_ONCE).map((actor) => load.#open(actor)));
    }
    return load;
  }

  /** Begins to send: in every `everyMs`, on a random `share` of the sockets. */
  begin(everyMs: number, share: number): void {
    const { random, actors, socketsEach } = this.#shape;
    this.#timer = setInterval(() => {
      // Of a part of a message, one is made now and then.
      const messages = Math.floor(actors * socketsEach * share + random.random());
      for (let n = 0; n < messages; n++) this.#pick((socket) => socket.isOpen)?.increment();
    }, everyMs);
  }

  /** Sends no more. What is under way still comes. */
  pause(): void {
    clearInterval(this.#timer);
  }

  /** Closes a random socket that waits for no answer, as its client, and opens another to its actor. */
  async exchange(): Promise<void> {
    const socket = this.#pick((socket) => socket.isOpen && socket.answered === socket.sent);
    if (socket === undefined) return;
    await socket.leave();
    const { actor } = socket;
    actor.sockets.delete(socket);
    actor.atLeast += socket.sent;
    actor.atMost += socket.sent;
    actor.answered += socket.answered;
    await this.#open(actor);
  }

  /** Waits until each actor was heard anew, for at most `withinMs`: load is on all of them again. */
  async answeredAnew(withinMs: number): Promise<boolean> {
    const before = this.#actors.map((actor) => actor.answers);
    return await eventually(
      () => this.#actors.every((actor, at) => actor.answers > before[at]!),
      withinMs,
    );
  }

  /**
   * Sends no more, and waits until each actor's count is what it must be, for at most `withinMs`.
   * What it is not by then is noted as lost or doubled, once.
   */
  async settle(withinMs: number): Promise<void> {
    this.pause();
    const deadline = performance.now() + withinMs;
    const waiting = [...this.#actors];
    // Many actors sleep: asking wakes them, so not all at once.
    const worker = async (): Promise<void> => {
      for (let actor = waiting.pop(); actor !== undefined; actor = waiting.pop()) {
        this.#note(...await actor.verify(deadline));
      }
    };
    await Promise.all(Array.from({ length: 20 }, worker));
    // The last answers are under way.
    await eventually(() => this.#actors.every((actor) => actor.unanswered === 0), 1_000);
  }

  tally(): Tally {
    const sum = (part: (actor: CountedActor) => number): number =>
      this.#actors.reduce((total, actor) => total + part(actor), 0);
    return {
      sent: sum((actor) => actor.sent),
      answered: sum((actor) => actor.answers),
      lost: sum((actor) => actor.lost),
      doubled: sum((actor) => actor.doubled),
      disorder: this.#disorder,
      closes: this.#closes,
      faults: this.#faults,
    };
  }

  /** Closes all sockets, as clients do, and waits until they are closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.pause();
    this.#isLeaving = true;
    const sockets = this.#actors.flatMap((actor) => [...actor.sockets]);
    await Promise.all(sockets.map((socket) => socket.leave()));
  }

  /** A random socket of a random actor, if that has one that will do. */
  #pick(willDo: (socket: CountingSocket) => boolean): CountingSocket | undefined {
    const { random } = this.#shape;
    const { sockets } = this.#actors[Math.floor(random.random() * this.#actors.length)]!;
    const fit = [...sockets].filter(willDo);
    return fit[Math.floor(random.random() * fit.length)];
  }

  #open(actor: CountedActor): Promise<void> {
    const socket = new CountingSocket(actor, {
      disorder: (what) => {
        this.#disorder++;
        this.#note(`${actor.key}: ${what}`);
      },
      closed: (why) => {
        this.#closes.set(why, (this.#closes.get(why) ?? 0) + 1);
        actor.abandon(socket);
        if (!this.#isLeaving) setTimeout(() => this.#isLeaving || this.#open(actor), 200);
      },
    });
    actor.sockets.add(socket);
    return socket.opened;
  }

  #note(...faults: string[]): void {
    this.#faults.push(...faults.slice(0, FAULTS_TOLD - this.#faults.length));
  }
}

/** An actor, and what its count must be. */
class CountedActor {
  readonly key: string;
  readonly sockets = new Set<CountingSocket>();
  /** Of sockets that are gone: their part of the count. */
  atLeast = 0;
  atMost = 0;
  /** Of sockets that are gone. */
  answered = 0;
  abandoned = 0;
  lost = 0;
  doubled = 0;
  readonly url: string;
  readonly #counts = new Set<number>();
  readonly #asked: URL;

  constructor(url: string, key: string) {
    this.key = key;
    const gateway = { url, namespace: "default" };
    this.url = socketUrl(gateway, "counter", key, true, "default");
    this.#asked = actorUrl(gateway, "counter", key, "default");
  }

  get sent(): number {
    return sumOf(this.sockets, (socket) => socket.sent) + this.atMost;
  }

  get answers(): number {
    return sumOf(this.sockets, (socket) => socket.answered) + this.answered;
  }

  get unanswered(): number {
    return sumOf(this.sockets, (socket) => socket.sent - socket.answered);
  }

  /** Whether this count was told for the first time. */
  isNew(count: number): boolean {
    const size = this.#counts.size;
    return this.#counts.add(count).size > size;
  }

  /** A socket was closed on it: what it had under way may be counted or not. */
  abandon(socket: CountingSocket): void {
    if (!this.sockets.delete(socket)) return;
    this.atLeast += socket.answered;
    this.atMost += socket.sent;
    this.answered += socket.answered;
  }

  /** Compares what it counts with what it must, and gives what is wrong. */
  async verify(deadline: number): Promise<string[]> {
    let count: number | undefined;
    const off = (): number => {
      if (count === undefined) return NaN;
      const open = sumOf(this.sockets, (socket) => socket.sent) + this.doubled - this.lost;
      if (count < this.atLeast + open) return count - this.atLeast - open;
      return Math.max(0, count - this.atMost - open);
    };
    while (off() !== 0 && performance.now() < deadline) {
      count = await this.#ask() ?? count;
      // More than was sent becomes no less by waiting.
      if (off() > 0) break;
      if (off() !== 0) await sleep(LOOK_MS);
    }
    const by = off();
    if (by === 0) return [];
    if (Number.isNaN(by)) return [`${this.key} told no count`];
    if (by < 0) this.lost -= by;
    else this.doubled += by;
    return [`${this.key} counts ${count}: ${by < 0 ? `${-by} lost` : `${by} doubled`}`];
  }

  async #ask(): Promise<number | undefined> {
    try {
      const response = await fetch(this.#asked, { signal: AbortSignal.timeout(ASK_MS) });
      if (response.ok) return (await response.json()).count;
      await response.body?.cancel();
    } catch {
      // Away, or too slow: asked again.
    }
  }
}

interface SocketWatch {
  disorder(what: string): void;
  closed(why: string): void;
}

class CountingSocket {
  readonly actor: CountedActor;
  readonly opened: Promise<void>;
  sent = 0;
  answered = 0;
  #last = 0;
  #isLeaving = false;
  readonly #socket: WebSocket;
  readonly #closed: Promise<void>;

  constructor(actor: CountedActor, watch: SocketWatch) {
    this.actor = actor;
    // An engine wants the subprotocol.
    const socket = this.#socket = new WebSocket(actor.url, ["rivet"]);
    const closed = Promise.withResolvers<void>();
    const opened = Promise.withResolvers<void>();
    this.#closed = closed.promise;
    this.opened = opened.promise;
    socket.onopen = () => opened.resolve();
    socket.onmessage = ({ data }) => {
      const { count } = JSON.parse(String(data));
      this.answered++;
      if (this.answered > this.sent) watch.disorder(`an answer that nobody asked for: ${count}`);
      if (count <= this.#last) watch.disorder(`${count} was told after ${this.#last}`);
      else if (!actor.isNew(count)) watch.disorder(`${count} was told twice`);
      this.#last = count;
    };
    socket.onclose = ({ code, reason }) => {
      closed.resolve();
      opened.resolve();
      // An engine puts a number of its own behind its reason.
      if (!this.#isLeaving) watch.closed(`${code} ${reason.replace(/#.*/, "")}`.trim());
    };
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  increment(): void {
    this.#socket.send("inc");
    this.sent++;
  }

  async leave(): Promise<void> {
    this.#isLeaving = true;
    this.#socket.close(1000);
    await this.#closed;
  }
}

function sumOf<T>(things: Iterable<T>, part: (thing: T) => number): number {
  let sum = 0;
  for (const thing of things) sum += part(thing);
  return sum;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Whether the condition held within so many milliseconds. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  withinMs: number,
): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (!await condition()) {
    if (performance.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}
