import { systemHost } from "../../lib/host/system_host.ts";
import { acceptWebSocket } from "../../lib/transport/accept_websocket.ts";
import { connectWebSocket } from "../../lib/transport/connect_websocket.ts";
import type { Link } from "../../lib/transport/link.ts";
import { startProxy } from "./proxy.ts";
import type { LinkPair } from "./suite.ts";

const MAX_FRAME_BYTES = 1024 * 1024;

/** A server on loopback, for one upgrade that `accept` is given. */
export function serveWebSocket(
  accept: (socket: WebSocket, request: Request) => void,
): { readonly url: string; readonly port: number; stop(): Promise<void> } {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    // Read first: after the upgrade a request's headers throw.
    const offered = request.headers.get("sec-websocket-protocol");
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
    if (offered !== null) {
      response.headers.set("sec-websocket-protocol", offered.split(",")[0]!.trim());
    }
    accept(socket, request);
    return response;
  });
  const { port } = server.addr;
  return { url: `ws://127.0.0.1:${port}/`, port, stop: () => server.shutdown() };
}

/** npm `ws` on one end, Deno's server-side socket on the other, a cuttable TCP proxy in between. */
export async function websocketPair(): Promise<{ client: Link; server: Link } & Rest> {
  const accepted = Promise.withResolvers<Link>();
  const server = serveWebSocket((socket) => {
    accepted.resolve(acceptWebSocket(socket, { maxFrameBytes: MAX_FRAME_BYTES }));
  });
  const proxy = startProxy(server.port);
  const client = await connectWebSocket(`ws://127.0.0.1:${proxy.port}/`, {
    protocols: ["rivet", "rivet_token.x"],
    openTimeoutMs: 10_000,
    maxFrameBytes: MAX_FRAME_BYTES,
    host: systemHost,
  });
  return {
    client,
    server: await accepted.promise,
    cut: () => proxy.cut(),
    dispose: async () => {
      await proxy.stop();
      await server.stop();
    },
  };
}

type Rest = Pick<LinkPair, "cut" | "dispose">;
