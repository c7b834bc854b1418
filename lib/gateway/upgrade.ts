import { GatewayError } from "./errors.ts";

/** The only version there is (RFC 6455, section 4.1). */
const VERSION = "13";

/** Whether the request asks for a WebSocket, well or badly. */
export function isUpgrade({ headers }: Request): boolean {
  return headers.get("upgrade")?.toLowerCase() === "websocket";
}

/**
 * Throws a {@link GatewayError} `guard.invalid_upgrade` for what begins no WebSocket: 405 for another
 * method than GET, 426 for another version than 13, with the header that says so.
 */
export function checkUpgrade({ method, headers }: Request): void {
  if (method !== "GET") {
    throw invalid(405, `A WebSocket begins with GET, not ${method}`, { allow: "GET" });
  }
  const version = headers.get("sec-websocket-version");
  if (version === VERSION) return;
  const given = version === null ? "missing" : JSON.stringify(version);
  throw invalid(426, `Sec-WebSocket-Version is ${given}; ${VERSION} is wanted`, {
    "sec-websocket-version": VERSION,
  });
}

/** Takes a request over as a WebSocket, with the first of the subprotocols that it offers. */
export function upgrade(request: Request, offered: readonly string[]): Deno.WebSocketUpgrade {
  let upgraded: Deno.WebSocketUpgrade;
  try {
    // No idle timeout: it costs a timer and a ping for each of thousands of sleeping sockets.
    upgraded = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
  } catch (error) {
    throw invalid(400, `This is no WebSocket request: ${error}`);
  }
  const protocol = offered.includes("rivet") ? "rivet" : offered[0];
  if (protocol !== undefined) upgraded.response.headers.set("sec-websocket-protocol", protocol);
  return upgraded;
}

function invalid(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): GatewayError {
  return new GatewayError(status, "guard", "invalid_upgrade", message, null, headers);
}
