/**
 * A real WebSocket client for tests that run the real program: messages are awaited one by one, in
 * order, and its close is awaited too.
 */
export class Client {
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #socket: WebSocket;
  readonly #inbox: (string | Uint8Array)[] = [];
  readonly #waiting: { resolve(data: string | Uint8Array): void; reject(why: Error): void }[] = [];
  #end: { code: number; reason: string } | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    const { promise, resolve } = Promise.withResolvers<{ code: number; reason: string }>();
    this.closed = promise;
    socket.onmessage = ({ data }) => {
      const message = typeof data === "string" ? data : new Uint8Array(data);
      const waiter = this.#waiting.shift();
      if (waiter === undefined) this.#inbox.push(message);
      else waiter.resolve(message);
    };
    socket.onclose = ({ code, reason }) => {
      this.#end = { code, reason };
      resolve(this.#end);
      for (const waiter of this.#waiting.splice(0)) waiter.reject(this.#why());
    };
  }

  static open(url: string | URL, protocols: string[] = []): Promise<Client> {
    const { promise, resolve, reject } = Promise.withResolvers<Client>();
    const socket = new WebSocket(url, protocols);
    socket.binaryType = "arraybuffer";
    const client = new Client(socket);
    socket.onopen = () => resolve(client);
    socket.onerror = () => reject(new Error(`Cannot open ${url}`));
    return promise;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  send(data: string | Uint8Array<ArrayBuffer>): void {
    this.#socket.send(data);
  }

  /** The next message, arrived or not. Rejects when the socket closes first. */
  next(): Promise<string | Uint8Array> {
    const message = this.#inbox.shift();
    if (message !== undefined) return Promise.resolve(message);
    if (this.#end !== undefined) return Promise.reject(this.#why());
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Sends and awaits the next message. */
  ask(data: string): Promise<string | Uint8Array> {
    this.send(data);
    return this.next();
  }

  async close(code = 1000, reason = ""): Promise<void> {
    this.#socket.close(code, reason);
    await this.closed;
  }

  #why(): Error {
    return new Error(`Closed ${this.#end!.code} ${this.#end!.reason}`);
  }
}
