import net from "node:net";
import WebSocket from "ws";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { systemHost } from "../../lib/host/system_host.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { acceptWebSocket } from "../../lib/transport/accept_websocket.ts";
import { type ConnectOptions, connectWebSocket } from "../../lib/transport/connect_websocket.ts";
import { LinkError } from "../../lib/transport/link.ts";
import { NoDelaySpy } from "../support/no_delay_spy.ts";
import { Recorder } from "./recorder.ts";
import { serveWebSocket } from "./websocket_pair.ts";

const OPTIONS: ConnectOptions = {
  protocols: ["rivet", "rivet_token.secret"],
  openTimeoutMs: 10_000,
  maxFrameBytes: 1_000,
  host: systemHost,
};

/** A TCP server on loopback that does with each connection what `handle` says. */
async function serveTcp(
  handle: (connection: net.Socket) => void,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const open = new Set<net.Socket>();
  const server = net.createServer((connection) => {
    open.add(connection);
    connection.on("error", () => {});
    connection.on("close", () => open.delete(connection));
    handle(connection);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    stop: () => {
      for (const connection of open) connection.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

Deno.test("connectWebSocket() turns Nagle's algorithm off on the connection itself", async () => {
  using noDelay = new NoDelaySpy();
  const server = serveWebSocket((socket) => Recorder.on(acceptWebSocket(socket, OPTIONS)));
  const link = await connectWebSocket(server.url, OPTIONS);
  const here = Recorder.on(link);
  link.close(1000, "done");
  await here.ended();
  assertEquals(noDelay.set, [true]);
  await server.stop();
});

Deno.test("connectWebSocket() gets the protocol rivet from a server that sets the header", async () => {
  let offered: string | null = null;
  let withOption: unknown;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    offered = request.headers.get("sec-websocket-protocol");
    // When this no longer throws, the option can take the place of the header everywhere.
    withOption = assertThrows(() => Deno.upgradeWebSocket(request, { protocol: "rivet" }));
    const { socket, response } = Deno.upgradeWebSocket(request);
    response.headers.set("sec-websocket-protocol", "rivet");
    Recorder.on(acceptWebSocket(socket, OPTIONS));
    return response;
  });
  const client = new WebSocket(`ws://127.0.0.1:${server.addr.port}/`, ["rivet", "rivet_token.x"]);
  await new Promise((resolve) => client.once("open", resolve));
  assertEquals([client.protocol, offered], ["rivet", "rivet,rivet_token.x"]);
  assert(withOption instanceof TypeError);
  client.close();
  await new Promise((resolve) => client.once("close", resolve));

  const link = await connectWebSocket(`ws://127.0.0.1:${server.addr.port}/`, OPTIONS);
  const here = Recorder.on(link);
  link.close(1000, "done");
  await here.ended();
  await server.shutdown();
});

Deno.test("connectWebSocket() sends the headers that it is given", async () => {
  const seen = Promise.withResolvers<string | null>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    seen.resolve(request.headers.get("x-rivet-target"));
    return new Response(null, { status: 404 });
  });
  const url = `ws://127.0.0.1:${server.addr.port}/`;
  await assertRejects(
    () => connectWebSocket(url, { ...OPTIONS, headers: { "x-rivet-target": "runner" } }),
  );
  assertEquals(await seen.promise, "runner");
  await server.shutdown();
});

Deno.test("connectWebSocket() rejects with link.refused where nobody listens", async () => {
  const { port, stop } = await serveTcp(() => {});
  await stop();
  const host = new VirtualHost();
  const error = await assertRejects(
    () => connectWebSocket(`ws://127.0.0.1:${port}/`, { ...OPTIONS, host }),
    LinkError,
    `Cannot open ws://127.0.0.1:${port}/: connect ECONNREFUSED`,
  );
  assertEquals([error.code, host.timers], ["link.refused", 0]);
});

Deno.test("connectWebSocket() rejects with link.rejected on an HTTP answer, and keeps the key to itself", async () => {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("no", { status: 403 }),
  );
  const host = new VirtualHost();
  const base = `ws://127.0.0.1:${server.addr.port}/runners/connect`;
  const error = await assertRejects(
    () => connectWebSocket(`${base}?runner_key=hidden`, { ...OPTIONS, host }),
    LinkError,
  );
  assertEquals(error.message, `Cannot open ${base}: the peer answered 403, 101 was wanted`);
  assertEquals([error.code, host.timers], ["link.rejected", 0]);
  await server.shutdown();
});

Deno.test("connectWebSocket() rejects with link.rejected when no offered protocol is taken", async () => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    Recorder.on(acceptWebSocket(socket, OPTIONS));
    return response;
  });
  const error = await assertRejects(
    () => connectWebSocket(`ws://127.0.0.1:${server.addr.port}/`, OPTIONS),
    LinkError,
    "no subprotocol",
  );
  assertEquals(error.code, "link.rejected");
  await server.shutdown();
});

for (const url of ["nonsense", "http//x", "ftp://127.0.0.1/"]) {
  Deno.test(`connectWebSocket() rejects with link.rejected on the URL ${url}`, async () => {
    const error = await assertRejects(() => connectWebSocket(url, OPTIONS), LinkError);
    assertEquals(error.code, "link.rejected");
  });
}

Deno.test("connectWebSocket() rejects with link.refused when the peer hangs up in the handshake", async () => {
  const server = await serveTcp((connection) => connection.destroy());
  const error = await assertRejects(
    () => connectWebSocket(`ws://127.0.0.1:${server.port}/`, OPTIONS),
    LinkError,
  );
  assertEquals(error.code, "link.refused");
  await server.stop();
});

Deno.test("connectWebSocket() rejects with link.timeout at openTimeoutMs, not before", async () => {
  const connected = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const server = await serveTcp((connection) => {
    connected.resolve();
    connection.on("close", () => closed.resolve());
    connection.resume();
  });
  const host = new VirtualHost();
  let outcome: unknown = "pending";
  const link = connectWebSocket(`ws://127.0.0.1:${server.port}/`, {
    ...OPTIONS,
    openTimeoutMs: 500,
    host,
  });
  const done = link.catch((error) => outcome = error);
  await connected.promise;
  await host.advance(499);
  assertEquals(outcome, "pending");
  await host.advance(1);
  await done;
  assert(outcome instanceof LinkError);
  assertEquals(outcome.code, "link.timeout");
  assertEquals(
    outcome.message,
    `Cannot open ws://127.0.0.1:${server.port}/: no answer within 500 ms`,
  );
  // The attempt is given up, not forgotten.
  await closed.promise;
  await server.stop();
});

Deno.test("connectWebSocket() leaves no timer behind once it is open, nor once it is closed", async () => {
  const host = new VirtualHost();
  const server = serveWebSocket((socket) => Recorder.on(acceptWebSocket(socket, OPTIONS)));
  const link = await connectWebSocket(server.url, { ...OPTIONS, host });
  const here = Recorder.on(link);
  assertEquals(host.timers, 0);
  link.close(1000, "done");
  await host.advance(0);
  await here.ended();
  assertEquals(host.timers, 0);
  await server.stop();
});

Deno.test("connectWebSocket() ends a link whose peer never answers the close, and cuts it", async () => {
  const gone = Promise.withResolvers<void>();
  const server = await serveTcp((connection) => {
    connection.on("close", () => gone.resolve());
    connection.once("data", async (request) => {
      const key = /sec-websocket-key: (.*)\r\n/i.exec(request.toString())![1]!;
      const digest = await crypto.subtle.digest(
        "SHA-1",
        new TextEncoder().encode(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`),
      );
      const accept = new Uint8Array(digest).toBase64();
      connection.write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
          `Sec-WebSocket-Protocol: rivet\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
    });
  });
  const host = new VirtualHost();
  const link = await connectWebSocket(`ws://127.0.0.1:${server.port}/`, {
    ...OPTIONS,
    closeTimeoutMs: 200,
    host,
  });
  const here = Recorder.on(link);
  link.close(1000, "pegboard.runner_shutdown");
  await host.advance(199);
  assertEquals(here.ends, []);
  await host.advance(1);
  assertEquals(here.ends, [{ code: 1000, reason: "pegboard.runner_shutdown" }]);
  await gone.promise;
  await server.stop();
});

Deno.test("connectWebSocket() closes with 1003 on a text frame and handles nothing behind it", async () => {
  const told = Promise.withResolvers<CloseEvent>();
  const server = serveWebSocket((socket) => {
    socket.onopen = () => {
      socket.send(Uint8Array.of(1));
      socket.send("text");
      socket.send(Uint8Array.of(2));
    };
    socket.onclose = (event) => told.resolve(event);
  });
  const here = Recorder.on(await connectWebSocket(server.url, OPTIONS));
  assertEquals(await here.ended(), { code: 1003, reason: "ws.text_frame" });
  const { code, reason } = await told.promise;
  assertEquals([code, reason, here.frames.length], [1003, "ws.text_frame", 1]);
  await server.stop();
});

for (const [bytes, taken] of [[999, true], [1_000, true], [1_001, false]] as const) {
  Deno.test(`connectWebSocket() ${taken ? "takes" : "closes with 1009 on"} ${bytes} of 1 000 bytes`, async () => {
    const told = Promise.withResolvers<number>();
    const server = serveWebSocket((socket) => {
      socket.onopen = () => {
        socket.send(new Uint8Array(bytes));
        socket.send(Uint8Array.of(2));
        if (taken) socket.close(1000, "done");
      };
      socket.onclose = (event) => told.resolve(event.code);
    });
    const here = Recorder.on(await connectWebSocket(server.url, OPTIONS));
    assertEquals(
      await here.ended(),
      taken ? { code: 1000, reason: "done" } : { code: 1009, reason: "ws.frame_too_big" },
    );
    assertEquals(here.frames.map((frame) => frame.length), taken ? [bytes, 1] : []);
    assertEquals(await told.promise, taken ? 1000 : 1009);
    await server.stop();
  });
}
