import type { Host } from "../host/host.ts";

const OPEN = 1;
const CLOSING = 2;
/** A peer that has not answered the close by then is cut off at its next message. */
const CLOSE_TIMEOUT_MS = 5_000;

/**
 * Closes a socket of `Deno.upgradeWebSocket` so that its peer hears code and reason, and resolves the
 * handshake by the peer's own close (RFC 6455, section 7.1.2).
 *
 * After `close` Deno's server cuts the connection at the next message that comes, and a peer that is
 * sending sees 1006: 176 of 200 did that sent every 2 ms. So the socket goes on reading as if it were
 * open; messages still come, and are nobody's. Where Deno keeps its state elsewhere, this is a plain
 * close.
 */
export function closeWebSocket(socket: WebSocket, code: number, reason: string, host: Host): void {
  socket.close(code, reason);
  const state = Object.getOwnPropertySymbols(socket)
    .find(({ description }) => description === "[[readyState]]") as keyof WebSocket | undefined;
  if (state === undefined || socket.readyState !== CLOSING) return;
  const become = (value: number): void => void Object.assign(socket, { [state]: value });
  become(OPEN);
  const timer = host.after(CLOSE_TIMEOUT_MS, () => become(CLOSING));
  socket.addEventListener("close", () => timer.cancel());
}
