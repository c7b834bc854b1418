import { linkSuite } from "./suite.ts";
import { websocketPair } from "./websocket_pair.ts";

linkSuite("connectWebSocket()", async () => {
  const { client, server, ...rest } = await websocketPair();
  return { near: client, far: server, ...rest };
});

linkSuite("acceptWebSocket()", async () => {
  const { client, server, ...rest } = await websocketPair();
  return { near: server, far: client, ...rest };
});
