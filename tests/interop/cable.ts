/** Which way bytes go. */
export type Direction = "toGateway" | "toRunner";

/** Hands on what was read: every byte, in order, in whatever parts and whenever it likes. */
export type Carry = (
  bytes: Uint8Array,
  write: (part: Uint8Array) => Promise<void>,
  direction: Direction,
) => Promise<void>;

/** As a cable does when nothing is wrong with it. */
export const carryAtOnce: Carry = (bytes, write) => write(bytes);

/**
 * A cable between a runner and its gateway: a TCP proxy on loopback that can be cut, stay cut, swallow
 * what is under way, and carry it in its own time.
 */
export class Cable implements AsyncDisposable {
  /** Where the runner connects to. */
  readonly endpoint: string;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #target: number;
  /** Each end, and the way that what it sends goes. */
  readonly #connections = new Map<Deno.TcpConn, Direction>();
  readonly #running = new Set<Promise<void>>();
  readonly #swallows = { toGateway: false, toRunner: false };
  readonly #stranded = new Set<Deno.TcpConn>();
  #isDown = false;
  /** How what comes in goes on. May be changed at any time: it counts from the next read. */
  carry: Carry = carryAtOnce;

  constructor(gatewayUrl: string) {
    this.#target = Number(new URL(gatewayUrl).port);
    this.endpoint = `http://127.0.0.1:${this.#listener.addr.port}`;
    this.#track(this.#accept());
  }

  /** Breaks what is connected; who connects anew, can. */
  cut(): void {
    this.#swallows.toGateway = this.#swallows.toRunner = false;
    for (const connection of this.#connections.keys()) closed(connection);
    this.#connections.clear();
  }

  /** Breaks what is connected, and lets nobody connect until it is mended. */
  down(): void {
    this.#isDown = true;
    this.cut();
  }

  mend(): void {
    this.#isDown = false;
  }

  /** From now until the cut, what is sent in that direction is lost, and nobody notices. */
  swallow(...directions: Direction[]): void {
    for (const direction of directions) this.#swallows[direction] = true;
  }

  /**
   * What is connected carries nothing any more, in both directions or the one named, and stays open
   * at both ends; who connects anew, can.
   */
  strand(only?: Direction): void {
    for (const [connection, direction] of this.#connections) {
      if (only === undefined || only === direction) this.#stranded.add(connection);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.cut();
    await Promise.all(this.#running);
  }

  async #accept(): Promise<void> {
    for await (const inner of this.#listener) {
      if (this.#isDown) closed(inner);
      else this.#track(this.#join(inner));
    }
  }

  async #join(inner: Deno.TcpConn): Promise<void> {
    let outer: Deno.TcpConn;
    try {
      outer = await Deno.connect({ hostname: "127.0.0.1", port: this.#target });
    } catch {
      // The gateway is away.
      closed(inner);
      return;
    }
    for (const connection of [inner, outer]) connection.setNoDelay(true);
    this.#connections.set(inner, "toGateway").set(outer, "toRunner");
    await Promise.all([
      this.#carry(inner, outer, "toGateway"),
      this.#carry(outer, inner, "toRunner"),
    ]);
  }

  async #carry(
    from: Deno.TcpConn,
    to: Deno.TcpConn,
    direction: Direction,
  ): Promise<void> {
    const buffer = new Uint8Array(65_536);
    const write = async (part: Uint8Array): Promise<void> => {
      for (let at = 0; at < part.length;) at += await to.write(part.subarray(at));
    };
    try {
      while (true) {
        const length = await from.read(buffer);
        if (length === null) break;
        if (this.#swallows[direction] || this.#stranded.has(from)) continue;
        await this.carry(buffer.subarray(0, length), write, direction);
      }
    } catch {
      // Either side is gone: so is the other, below.
    }
    // The other end of a stranded one is not told: it stays until the cut.
    for (const connection of this.#stranded.has(from) ? [from] : [from, to]) {
      closed(connection);
      this.#connections.delete(connection);
    }
  }

  #track(promise: Promise<void>): void {
    this.#running.add(promise);
    promise.catch(() => {}).finally(() => this.#running.delete(promise));
  }
}

function closed(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It is closed already.
  }
}
