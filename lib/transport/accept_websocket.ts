import type { Host } from "../host/host.ts";
import { systemHost } from "../host/system_host.ts";
import { RIVET_PROTOCOL } from "../protocol/subprotocols.ts";
import type { Link } from "./link.ts";
import { WebSocketLink } from "./websocket_link.ts";

export interface AcceptOptions {
  /** The subprotocol that the response names: `rivet` when left out. */
  readonly protocol?: string;
  /** A longer frame closes the link with `TUNNEL_CLOSE.frameTooBig`. */
  readonly maxFrameBytes: number;
  /** How long a closed link waits for the peer's word: 5 000 ms. */
  readonly closeTimeoutMs?: number;
  /** For the close timer. A real socket lives in real time, so the system's by default. */
  readonly host?: Host;
}

/**
 * The link over a socket of `Deno.upgradeWebSocket`. The socket may be still connecting: what is
 * sent before it opens, and a close, are kept until then.
 *
 * For the handshake call `Deno.upgradeWebSocket(request)` without `protocol`, and set the response's
 * `sec-websocket-protocol` header: with `protocol` it throws on the list of npm `ws`, which has no
 * space after its commas.
 */
export function acceptWebSocket(socket: WebSocket, options: AcceptOptions): Link {
  socket.binaryType = "arraybuffer";
  return new WebSocketLink(socket, { protocol: RIVET_PROTOCOL, host: systemHost, ...options });
}
