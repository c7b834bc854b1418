/** What a client asked for when it opened a WebSocket. There only at the open, not after a wake. */
export interface SocketRequest {
  /** Path and query, as the client sent them without the gateway's own part: `/room?hibernate=0`. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/** One client's WebSocket, as its actor sees it. */
export interface ActorSocket {
  /** Sixteen hexadecimal digits, the same for the whole life of the socket, across sleeps too. */
  readonly id: string;
  /** Path and query that it was opened with. */
  readonly path: string;
  /** Whether it stays open while the actor sleeps. */
  readonly hibernatable: boolean;
  /** False once either side has closed it, or the actor has stopped. */
  readonly isOpen: boolean;
  /**
   * What the actor wants to know of this client; kept across sleep and crash. Assigning keeps the
   * value as it is now (`devalue`: dates, maps and sets survive); a change inside it is seen only by
   * the next assignment.
   *
   * Throws an `ActorError` when assigned a value that is too large or cannot be serialised.
   */
  attachment: unknown;
  /**
   * Sends a text or binary message. It leaves when the state that it was sent in is durable. The
   * bytes are copied. Does nothing on a closed socket.
   *
   * Throws an `ActorError` `socket.message_too_large`.
   */
  send(data: string | Uint8Array): void;
  /**
   * Closes the client's socket behind what was sent before. The `close` handler runs next.
   *
   * @param code 1000 by default; one that an application may send.
   * @param reason At most 123 bytes of UTF-8.
   */
  close(code?: number, reason?: string): void;
}
