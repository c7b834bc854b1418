import { RIVET_PROTOCOL } from "../protocol/mod.ts";
import { GatewayError } from "./errors.ts";

/** The only version there is (RFC 6455, section 4.1). */
const VERSION = "13";

/** Whether the request asks for a WebSocket, well or badly. */
export function isUpgrade(headers: ReadonlyMap<string, string>): boolean {
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

/** Takes a request over as a WebSocket, with the subprotocol given. */
export function upgrade(
  request: Request,
  protocol: string | undefined,
): Deno.WebSocketUpgrade {
  let upgraded: Deno.WebSocketUpgrade;
  try {
    // No idle timeout: it costs a timer and a ping for each of thousands of sleeping sockets.
    upgraded = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
  } catch (error) {
    throw invalid(400, `This is no WebSocket request: ${error}`);
  }
  if (protocol !== undefined) upgraded.response.headers.set("sec-websocket-protocol", protocol);
  return upgraded;
}

/** The subprotocol to answer with: the wanted one, else `rivet`, else the first that is offered. */
export function chooseProtocol(
  offered: readonly string[],
  wanted: string = RIVET_PROTOCOL,
): string | undefined {
  return [wanted, RIVET_PROTOCOL].find((name) => offered.includes(name)) ?? offered[0];
}

function invalid(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): GatewayError {
  return new GatewayError(status, "guard", "invalid_upgrade", message, null, headers);
}
