import { openSocket } from "./round_trips.ts";

/** More would only wait in the backlog of the listener. */
const AT_ONCE = 50;

/** Opens `count` sockets, a few at a time. */
export async function openSockets(
  count: number,
  urlOf: (socket: number) => string,
): Promise<WebSocket[]> {
  const sockets: WebSocket[] = [];
  while (sockets.length < count) {
    const some = Math.min(AT_ONCE, count - sockets.length);
    const opened = Array.from({ length: some }, (_, i) => openSocket(urlOf(sockets.length + i)));
    sockets.push(...await Promise.all(opened));
  }
  return sockets;
}
