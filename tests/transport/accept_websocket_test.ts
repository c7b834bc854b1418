import net from "node:net";
import WebSocket from "ws";
import { assertEquals } from "@std/assert";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { acceptWebSocket } from "../../lib/transport/accept_websocket.ts";
import type { Link } from "../../lib/transport/link.ts";
import { Recorder } from "./recorder.ts";
import { serveWebSocket } from "./websocket_pair.ts";

const OPTIONS = { maxFrameBytes: 1_000 };

/** A server with one link, and a raw `ws` client that may misbehave. */
async function accept(): Promise<{ client: WebSocket; there: Recorder; stop(): Promise<void> }> {
  const accepted = Promise.withResolvers<Recorder>();
  const server = serveWebSocket((socket) => {
    accepted.resolve(Recorder.on(acceptWebSocket(socket, OPTIONS)));
  });
  const client = new WebSocket(server.url);
  await new Promise((resolve) => client.once("open", resolve));
  return { client, there: await accepted.promise, stop: server.stop };
}

function closed(client: WebSocket): Promise<readonly [number, string]> {
  return new Promise((resolve) =>
    client.once("close", (code, reason) => resolve([code, reason.toString()]))
  );
}

Deno.test("acceptWebSocket() closes with 1003 on a text frame and handles nothing behind it", async () => {
  const { client, there, stop } = await accept();
  client.send(Uint8Array.of(1));
  client.send("text");
  client.send(Uint8Array.of(2));
  assertEquals(await closed(client), [1003, "ws.text_frame"]);
  assertEquals(await there.ended(), { code: 1003, reason: "ws.text_frame" });
  assertEquals(there.frames.length, 1);
  await stop();
});

for (const [bytes, taken] of [[999, true], [1_000, true], [1_001, false]] as const) {
  Deno.test(`acceptWebSocket() ${taken ? "takes" : "closes with 1009 on"} ${bytes} of 1 000 bytes`, async () => {
    const { client, there, stop } = await accept();
    client.send(new Uint8Array(bytes));
    client.send(Uint8Array.of(2));
    if (taken) client.close(1000, "done");
    assertEquals(await closed(client), taken ? [1000, "done"] : [1009, "ws.frame_too_big"]);
    await there.ended();
    assertEquals(there.frames.map((frame) => frame.length), taken ? [bytes, 1] : []);
    await stop();
  });
}

Deno.test("acceptWebSocket() tells 1005 when the peer closes without a code", async () => {
  const { client, there, stop } = await accept();
  client.close();
  assertEquals(await there.ended(), { code: 1005, reason: "" });
  await stop();
});

Deno.test("acceptWebSocket() tells 1006 when the peer sends what is no WebSocket frame", async () => {
  const { client, there, stop } = await accept();
  client.on("error", () => {});
  Reflect.get(client, "_socket").write(Uint8Array.of(0xff, 0xff, 0xff, 0xff));
  assertEquals((await there.ended()).code, 1006);
  assertEquals(there.ends.length, 1);
  await stop();
});

Deno.test("acceptWebSocket() keeps frames and a close until the socket is open", async () => {
  let buffered = -1;
  const server = serveWebSocket((socket) => {
    const link = acceptWebSocket(socket, OPTIONS);
    link.start(new Recorder());
    link.send(Uint8Array.of(1, 2));
    link.send(Uint8Array.of(3));
    buffered = link.bufferedBytes;
    link.close(1011, "api.forbidden");
    link.send(Uint8Array.of(4));
  });
  const client = new WebSocket(server.url);
  const frames: number[][] = [];
  client.on("message", (data) => frames.push([...data as Uint8Array]));
  assertEquals(await closed(client), [1011, "api.forbidden"]);
  assertEquals([frames, buffered], [[[1, 2], [3]], 3]);
  await server.stop();
});

Deno.test("acceptWebSocket() ends a link whose peer never answers the close", async () => {
  const host = new VirtualHost();
  const accepted = Promise.withResolvers<Link>();
  const server = serveWebSocket((socket) => {
    const link = acceptWebSocket(socket, { ...OPTIONS, closeTimeoutMs: 200, host });
    socket.onopen = () => accepted.resolve(link);
  });
  const client = net.connect(server.port, "127.0.0.1");
  const heard = Promise.withResolvers<void>();
  let bytes = "";
  client.on("data", (chunk) => {
    bytes += chunk.toString("latin1");
    if (bytes.endsWith("bye")) heard.resolve();
  });
  client.write(
    "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  const link = await accepted.promise;
  const there = Recorder.on(link);
  link.close(1011, "bye");
  await host.advance(0);
  await heard.promise;
  await host.advance(199);
  assertEquals([there.ends, host.timers], [[], 1]);
  await host.advance(1);
  assertEquals([there.ends, host.timers], [[{ code: 1011, reason: "bye" }], 0]);
  client.destroy();
  await server.stop();
  assertEquals(there.ends.length, 1);
});

Deno.test("acceptWebSocket() gets its close frame out although more frames are waiting", async () => {
  // Deno's socket drops the close frame when `close` is called in a message's own turn.
  const told: (readonly [number, string])[] = [];
  for (let round = 0; round < 20; round++) {
    const server = serveWebSocket((socket) => {
      const link = acceptWebSocket(socket, OPTIONS);
      link.start({ onFrame: () => link.close(1000, "ws.eviction"), onClose: () => {} });
    });
    const client = new WebSocket(server.url);
    await new Promise((resolve) => client.once("open", resolve));
    for (let i = 0; i < 3; i++) client.send(Uint8Array.of(i));
    told.push(await closed(client));
    await server.stop();
  }
  assertEquals(told, Array.from({ length: 20 }, () => [1000, "ws.eviction"] as const));
});
