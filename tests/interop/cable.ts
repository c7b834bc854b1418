/**
 * A cable between a runner and its gateway: a TCP proxy on loopback that can be cut, stay cut, and
 * swallow what is under way.
 */
export class Cable implements AsyncDisposable {
  /** Where the runner connects to. */
  readonly endpoint: string;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #target: number;
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #running = new Set<Promise<void>>();
  readonly #swallows = { toGateway: false, toRunner: false };
  readonly #stranded = new Set<Deno.TcpConn>();
  #isDown = false;

  constructor(gatewayUrl: string) {
    this.#target = Number(new URL(gatewayUrl).port);
    this.endpoint = `http://127.0.0.1:${this.#listener.addr.port}`;
    this.#track(this.#accept());
  }

  /** Breaks what is connected; who connects anew, can. */
  cut(): void {
    this.#swallows.toGateway = this.#swallows.toRunner = false;
    for (const connection of this.#connections) closed(connection);
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
  swallow(...directions: ("toGateway" | "toRunner")[]): void {
    for (const direction of directions) this.#swallows[direction] = true;
  }

  /** What is connected carries nothing any more, and stays open at both ends; who connects anew, can. */
  strand(): void {
    for (const connection of this.#connections) this.#stranded.add(connection);
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
    for (const connection of [inner, outer]) {
      connection.setNoDelay(true);
      this.#connections.add(connection);
    }
    await Promise.all([
      this.#carry(inner, outer, "toGateway"),
      this.#carry(outer, inner, "toRunner"),
    ]);
  }

  async #carry(
    from: Deno.TcpConn,
    to: Deno.TcpConn,
    direction: "toGateway" | "toRunner",
  ): Promise<void> {
    const buffer = new Uint8Array(65_536);
    try {
      while (true) {
        const length = await from.read(buffer);
        if (length === null) break;
        if (this.#swallows[direction] || this.#stranded.has(from)) continue;
        for (let at = 0; at < length;) at += await to.write(buffer.subarray(at, length));
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
