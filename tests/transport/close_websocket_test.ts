import { assertEquals } from "@std/assert";
import { systemHost } from "../../lib/host/system_host.ts";
import { closeWebSocket } from "../../lib/transport/close_websocket.ts";

const CLIENTS = 50;

Deno.test("closeWebSocket() tells peers that go on sending its code and reason, and hears theirs", async () => {
  const heard: Promise<string>[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
    heard.push(ended(socket));
    let messages = 0;
    socket.onmessage = () => {
      if (++messages === 20) closeWebSocket(socket, 1012, "why", systemHost);
    };
    return response;
  });
  const clients = Array.from({ length: CLIENTS }, async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.addr.port}`);
    socket.onopen = () => talk(socket);
    return await ended(socket);
  });
  const expected = Array(CLIENTS).fill("1012 why");
  assertEquals(await Promise.all(clients), expected);
  assertEquals(await Promise.all(heard), expected);
  await server.shutdown();
});

function ended(socket: WebSocket): Promise<string> {
  return new Promise((resolve) => {
    socket.onclose = ({ code, reason }) => resolve(`${code} ${reason}`);
  });
}

/** Says something again and again, as long as it may. */
function talk(socket: WebSocket): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  socket.send("x");
  setTimeout(() => talk(socket), 1);
}
