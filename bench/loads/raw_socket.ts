/**
 * A client's WebSocket over bare TCP, for a load that must cost next to nothing itself: messages are
 * the same frame again and again, as many in one write as are due, and answers are only counted.
 */

/** 1006 for a connection that broke without a close frame. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** Frames in one write, at most. */
const BATCH = 256;
const READ_BYTES = 64 * 1024;

export class RawSocket {
  /** Messages that the connection has taken. */
  sent = 0;
  answered = 0;
  /** On the clock of `performance`. */
  answeredAt = 0;
  /** Whether the connection takes no more for now. */
  isFull = false;
  closed: Closed | null = null;
  readonly #connection: Deno.TcpConn;
  readonly #frames: Uint8Array;
  readonly #frameBytes: number;

  private constructor(connection: Deno.TcpConn, message: string) {
    this.#connection = connection;
    const frame = textFrame(message);
    this.#frameBytes = frame.length;
    this.#frames = new Uint8Array(frame.length * BATCH);
    for (let i = 0; i < BATCH; i++) this.#frames.set(frame, i * frame.length);
  }

  /** @param url As `ws://127.0.0.1:…`. */
  static async open(url: string, message: string): Promise<RawSocket> {
    const { hostname, port, host, pathname, search } = new URL(url);
    const connection = await Deno.connect({ hostname, port: Number(port) });
    connection.setNoDelay(true);
    await connection.write(encoder.encode(
      `GET ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\nupgrade: websocket\r\n` +
        `connection: upgrade\r\nsec-websocket-version: 13\r\n` +
        `sec-websocket-key: ${btoa("sixteen bytes...")}\r\n\r\n`,
    ));
    const buffer = new Uint8Array(READ_BYTES);
    let filled = 0;
    let head = "";
    while (!head.includes("\r\n\r\n")) {
      const read = await connection.read(buffer.subarray(filled));
      if (read === null) throw new Error(`Closed before it was open: ${head}`);
      filled += read;
      head = decoder.decode(buffer.subarray(0, filled));
    }
    if (!head.startsWith("HTTP/1.1 101")) throw new Error(`Not open: ${head}`);
    const socket = new RawSocket(connection, message);
    const headBytes = head.indexOf("\r\n\r\n") + 4;
    buffer.copyWithin(0, headBytes, filled);
    void socket.#read(buffer, filled - headBytes);
    return socket;
  }

  /** Sends up to so many messages, and gives how many it takes: none while it is full. */
  send(messages: number): number {
    if (messages <= 0 || this.isFull || this.closed !== null) return 0;
    const taken = Math.min(messages, BATCH);
    this.isFull = true;
    this.sent += taken;
    void this.#write(this.#frames.subarray(0, taken * this.#frameBytes));
    return taken;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
      this.isFull = false;
    } catch {
      this.closed ??= { code: 1006, reason: "" };
    }
  }

  async #read(buffer: Uint8Array, filled: number): Promise<void> {
    try {
      while (true) {
        const rest = this.#take(buffer.subarray(0, filled));
        buffer.copyWithin(0, filled - rest, filled);
        filled = rest;
        const read = await this.#connection.read(buffer.subarray(filled));
        if (read === null) break;
        filled += read;
      }
    } catch {
      // It broke.
    }
    this.closed ??= { code: 1006, reason: "" };
  }

  /** Counts what frames there are, none of them masked or in parts. Returns the bytes left over. */
  #take(bytes: Uint8Array): number {
    let at = 0;
    while (bytes.length - at >= 2) {
      const opcode = bytes[at]! & 15;
      let length = bytes[at + 1]! & 127;
      let payloadAt = at + 2;
      if (length === 126) {
        if (bytes.length - at < 4) break;
        length = bytes[at + 2]! << 8 | bytes[at + 3]!;
        payloadAt += 2;
      }
      if (bytes.length < payloadAt + length) break;
      if (opcode === 8) {
        const payload = bytes.subarray(payloadAt, payloadAt + length);
        this.closed ??= length < 2
          ? { code: 1005, reason: "" }
          : { code: payload[0]! << 8 | payload[1]!, reason: decoder.decode(payload.subarray(2)) };
      } else {
        this.answered++;
        this.answeredAt = performance.now();
      }
      at = payloadAt + length;
    }
    return bytes.length - at;
  }
}

/** Masked with zeros, as it is then its own mask. */
function textFrame(message: string): Uint8Array {
  const payload = encoder.encode(message);
  if (payload.length > 125) throw new RangeError("A message of at most 125 bytes is wanted");
  return new Uint8Array([0x81, 0x80 | payload.length, 0, 0, 0, 0, ...payload]);
}
