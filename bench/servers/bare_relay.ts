/**
 * The limit of any gateway: clients' messages go over one WebSocket to another process, which sends
 * them back. Each frame is a client's number and its bytes. Prints its URL and both processes' ids.
 *
 * With an argument it is the other process, and the argument the URL to connect to.
 */
import type { Buffer } from "node:buffer";
import { WebSocket as WsSocket } from "ws";

const [frontUrl] = Deno.args;
if (frontUrl === undefined) serveClients();
else echoTo(frontUrl);

function serveClients(): void {
  const clients = new Map<number, WebSocket>();
  const ready = Promise.withResolvers<void>();
  let tunnel: WebSocket;
  let clientsEver = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
    socket.binaryType = "arraybuffer";
    if (request.url.endsWith("/tunnel")) {
      tunnel = socket;
      socket.onopen = () => ready.resolve();
      socket.onmessage = ({ data }) => {
        const frame = new Uint8Array(data);
        clients.get(new DataView(data).getUint32(0))?.send(frame.subarray(4));
      };
      return response;
    }
    const id = ++clientsEver;
    clients.set(id, socket);
    socket.onmessage = ({ data }) => {
      const frame = new Uint8Array(4 + data.byteLength);
      new DataView(frame.buffer).setUint32(0, id);
      frame.set(new Uint8Array(data), 4);
      tunnel.send(frame);
    };
    socket.onclose = () => clients.delete(id);
    return response;
  });
  const url = `ws://127.0.0.1:${server.addr.port}/`;
  const back = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", import.meta.url, `${url}tunnel`],
    stdin: "null",
  }).spawn();
  void ready.promise.then(() => {
    console.log(JSON.stringify({ url, pids: [Deno.pid, back.pid] }));
  });
}

function echoTo(url: string): void {
  // Deno's own client leaves small frames waiting for the other side's acknowledgement.
  const socket = new WsSocket(url, { perMessageDeflate: false });
  socket.on("upgrade", (response: { socket: { setNoDelay(on: boolean): void } }) => {
    response.socket.setNoDelay(true);
  });
  socket.on("message", (frame: Buffer) => socket.send(frame));
  socket.on("close", () => Deno.exit(0));
}
