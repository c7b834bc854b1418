/**
 * The reference runner with an echo and with an answer to each request, as lean as it can be made.
 * Arguments: the gateway's URL, and its token. Prints a line when it is connected.
 */
import { type HibernatingWebSocketMetadata, Runner } from "@rivetkit/engine-runner";

interface TunnelMessage {
  readonly data: string | Uint8Array;
  readonly rivetMessageIndex: number;
}

const [endpoint, token] = Deno.args;
const silent = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: console.error,
  child: (): unknown => silent,
};

const runner: Runner = new Runner({
  endpoint: endpoint!,
  token: token!,
  namespace: "default",
  runnerName: "default",
  version: 1,
  totalSlots: 100_000,
  prepopulateActorNames: { echo: { metadata: {} }, counter: { metadata: {} } },
  metadata: {},
  logger: silent as never,
  noAutoShutdown: true,
  onConnected: () => console.log(JSON.stringify({ ready: true })),
  onDisconnected: (code, reason) => console.error(`The tunnel was lost: ${code} ${reason}`),
  onShutdown: () => {},
  hibernatableWebSocket: {
    canHibernate: (_actor, _gateway, _request, { url }) =>
      !new URL(url).searchParams.has("hibernate", "0"),
  },
  async onActorStart(id) {
    await runner.restoreHibernatingRequests(id, [] as HibernatingWebSocketMetadata[]);
  },
  onActorStop: () => Promise.resolve(),
  fetch: () => Promise.resolve(Response.json({ count: 0 })),
  // deno-lint-ignore require-await -- its type wants a promise
  async websocket(_runner, _id, ws, gatewayId, requestId, _request, _path, _headers, hibernatable) {
    ws.addEventListener("message", ({ data, rivetMessageIndex }: TunnelMessage) => {
      ws.send(data);
      if (!hibernatable) return;
      runner.sendHibernatableWebSocketMessageAck(gatewayId, requestId, rivetMessageIndex);
    });
  },
});
await runner.start();
