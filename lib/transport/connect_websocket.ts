import WebSocket from "ws";
import type { Host } from "../host/host.ts";
import { type Link, LinkError } from "./link.ts";
import { type LinkSocket, WebSocketLink } from "./websocket_link.ts";

export interface ConnectOptions {
  /** Subprotocols to offer, in order. The peer must take one of them when there are any. */
  readonly protocols: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** From the call to the finished handshake, connecting included. */
  readonly openTimeoutMs: number;
  /** A longer frame closes the link with `TUNNEL_CLOSE.frameTooBig`. */
  readonly maxFrameBytes: number;
  /** How long a closed link waits for the peer's word: 5 000 ms. */
  readonly closeTimeoutMs?: number;
  readonly host: Host;
}

/**
 * Opens a link to a WebSocket server with npm `ws`, which sets TCP_NODELAY. Deno's own client leaves
 * Nagle's algorithm on: two small frames in a row then cost 40 ms.
 *
 * Rejects with a {@link LinkError}: `link.refused` when nobody is there, `link.rejected` when the
 * peer does not want us or is no WebSocket server, `link.timeout`.
 */
export function connectWebSocket(url: string, options: ConnectOptions): Promise<Link> {
  const { promise, resolve, reject } = Promise.withResolvers<Link>();
  let socket: WebSocket;
  try {
    socket = new WebSocket(url, [...options.protocols], {
      headers: { ...options.headers },
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: options.maxFrameBytes,
    });
  } catch (error) {
    reject(new LinkError("link.rejected", `Cannot open ${withoutQuery(url)}: ${messageOf(error)}`));
    return promise;
  }
  socket.binaryType = "nodebuffer";
  // Made before the handshake ends: the first frame may come with it.
  const link = new WebSocketLink(socket as LinkSocket, options);

  const fail = (code: LinkError["code"], message: string): void => {
    timer.cancel();
    reject(new LinkError(code, `Cannot open ${withoutQuery(url)}: ${message}`));
    socket.terminate();
  };
  const timer = options.host.after(options.openTimeoutMs, () => {
    fail("link.timeout", `no answer within ${options.openTimeoutMs} ms`);
  });
  socket.once("open", () => {
    timer.cancel();
    resolve(link);
  });
  socket.once("unexpected-response", (_request, response) => {
    fail("link.rejected", `the peer answered ${response.statusCode}, 101 was wanted`);
  });
  socket.once("error", (error) => {
    if (socket.readyState === WebSocket.OPEN) return;
    // The network's errors have the name of an errno as their code; a bad handshake's have none.
    const refused = /^E[A-Z_]+$/.test(String((error as { code?: unknown }).code));
    fail(refused ? "link.refused" : "link.rejected", messageOf(error));
  });
  return promise;
}

/** The query holds the runner's key. */
function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, "");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
