import type { Close } from "../protocol/mod.ts";

/** A client's WebSocket as the gateway uses it: the listener, or a test, fills it. */
export interface ClientLink {
  send(data: string | Uint8Array): void;
  close(close: Close): void;
  /** Bytes that the client has not taken yet. */
  readonly bufferedBytes: number;
}

/** What a client asks for when it opens a WebSocket or sends a request. */
export interface ClientRequest {
  readonly method: string;
  /** Path and query, as the actor is to see them. */
  readonly path: string;
  readonly headers: ReadonlyMap<string, string>;
}
