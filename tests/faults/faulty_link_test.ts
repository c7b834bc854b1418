import { assertEquals } from "@std/assert";
import { Room } from "../../lib/faults/room.ts";
import { FaultyLink } from "../../lib/faults/faulty_link.ts";
import { systemHost } from "../../lib/host/system_host.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import {
  CURRENT_VERSION,
  encodeToServer,
  gatewayId,
  messageIndex,
  requestId,
  type ToServerTunnelBody,
} from "../../lib/protocol/mod.ts";
import { memoryLinkPair } from "../../lib/transport/memory_link.ts";
import { Recorder } from "../transport/recorder.ts";
import { linkSuite } from "../transport/suite.ts";

/** A pair whose near end is a gateway's, or a runner's, with nothing wrong yet. */
function faultyPair(host = new VirtualHost(), at: "gateway" | "runner" = "gateway") {
  const [inner, far] = memoryLinkPair(host);
  let over = 0;
  const near = new FaultyLink(inner, {
    host,
    room: new Room(Infinity, () => {}),
    at,
    protocolVersion: CURRENT_VERSION,
    over: () => over++,
  });
  return { host, near, far, over: () => over };
}

function frameOf(body: ToServerTunnelBody, index = 1): Uint8Array {
  const messageId = {
    gatewayId: gatewayId(1),
    requestId: requestId(2),
    messageIndex: messageIndex(index),
  };
  return encodeToServer({ kind: "tunnel", messageId, body }, CURRENT_VERSION);
}

const ack = frameOf({ kind: "webSocketMessageAck", index: messageIndex(3) });
const said = frameOf({ kind: "webSocketMessage", data: Uint8Array.of(7), binary: true });

linkSuite("a FaultyLink with nothing wrong", () => {
  const [inner, far] = memoryLinkPair(systemHost);
  const room = new Room(Infinity, () => {});
  const at = "gateway" as const;
  const protocolVersion = CURRENT_VERSION;
  const near = new FaultyLink(inner, { host: systemHost, room, at, protocolVersion, over() {} });
  return Promise.resolve({ near, far, cut: () => near.cut(), dispose: () => Promise.resolve() });
});

Deno.test("faultyLink.freeze() lets nothing pass, either way, and thaw() everything in its order", async () => {
  const { host, near, far } = faultyPair();
  const [here, there] = [Recorder.on(near), Recorder.on(far)];
  near.freeze();
  near.send(Uint8Array.of(1));
  near.send(Uint8Array.of(2, 2));
  far.send(Uint8Array.of(3));
  await host.settle();
  assertEquals([here.frames.length, there.frames.length], [0, 0]);
  assertEquals([near.bufferedBytes, near.kept], [3, { count: 3, bytes: 4 }]);
  near.thaw();
  near.send(Uint8Array.of(4));
  await host.settle();
  assertEquals(there.frames.map((frame) => frame[0]), [1, 2, 4]);
  assertEquals(here.frames.map((frame) => frame[0]), [3]);
  assertEquals(near.kept, { count: 0, bytes: 0 });
});

Deno.test("a frozen FaultyLink that is closed ends at once here, and there when it thaws", async () => {
  const { host, near, far, over } = faultyPair();
  const [here, there] = [Recorder.on(near), Recorder.on(far)];
  near.freeze();
  near.send(Uint8Array.of(1));
  near.close(1011, "ping");
  near.send(Uint8Array.of(2));
  far.send(Uint8Array.of(3));
  await host.settle();
  assertEquals([here.ends, there.ends], [[{ code: 1011, reason: "ping" }], []]);
  assertEquals(over(), 0, "What waits in it must be let go");
  near.thaw();
  await host.settle();
  assertEquals(there.frames.map((frame) => frame[0]), [1]);
  assertEquals(there.ends, [{ code: 1011, reason: "ping" }]);
  assertEquals([here.frames.length, here.ends.length, over()], [0, 1, 1]);
});

Deno.test("what the other end closed while it was frozen is told when it thaws, behind its frames", async () => {
  const { host, near, far } = faultyPair();
  const here = Recorder.on(near);
  far.start(new Recorder());
  near.freeze();
  far.send(Uint8Array.of(1));
  far.close(1000, "bye");
  await host.settle();
  assertEquals([here.frames.length, here.ends.length], [0, 0]);
  near.thaw();
  assertEquals([here.frames.length, here.ends], [1, [{ code: 1000, reason: "bye" }]]);
  assertEquals(here.late, 0);
});

Deno.test("faultyLink.cut() loses what is under way and what waits, and both ends see 1006", async () => {
  const { host, near, far, over } = faultyPair();
  const [here, there] = [Recorder.on(near), Recorder.on(far)];
  near.freeze();
  near.send(Uint8Array.of(1));
  far.send(Uint8Array.of(2));
  await host.settle();
  near.cut();
  near.cut();
  near.thaw();
  near.send(Uint8Array.of(3));
  await host.settle();
  const broken = { code: 1006, reason: "" };
  assertEquals([here.ends, there.ends, here.frames, there.frames], [[broken], [broken], [], []]);
  assertEquals([near.kept.count, over() > 0], [0, true]);
});

Deno.test("a FaultyLink that is cut before it starts ends when it has started", async () => {
  const { host, near } = faultyPair();
  near.cut();
  const here = Recorder.on(near);
  assertEquals(here.ends.length, 0, "No caller is re-entered");
  await host.settle();
  assertEquals(here.ends, [{ code: 1006, reason: "" }]);
});

Deno.test("a link that cannot be cut is closed instead, and this end sees 1006 all the same", async () => {
  const host = new VirtualHost();
  const [inner, far] = memoryLinkPair(host);
  const room = new Room(Infinity, () => {});
  const near = new FaultyLink({
    protocol: inner.protocol,
    bufferedBytes: 0,
    start: (handlers) => inner.start(handlers),
    send: (frame) => inner.send(frame),
    close: (code, reason) => inner.close(code, reason),
  }, { host, room, at: "gateway", protocolVersion: CURRENT_VERSION, over() {} });
  const [here, there] = [Recorder.on(near), Recorder.on(far)];
  near.cut();
  await host.settle();
  assertEquals([here.ends, there.ends], [
    [{ code: 1006, reason: "" }],
    [{ code: 1011, reason: "fault.cut" }],
  ]);
});

for (const at of ["gateway", "runner"] as const) {
  Deno.test(`acks are held back at the ${at}, whatever else passes them, and released in order`, async () => {
    const { host, near, far } = faultyPair(new VirtualHost(), at);
    const [here, there] = [Recorder.on(near), Recorder.on(far)];
    const [from, to] = at === "gateway" ? [far, here] : [near, there];
    near.holdAcks();
    for (const frame of [ack, said, ack, Uint8Array.of(255)]) from.send(frame);
    await host.settle();
    assertEquals(to.frames, [said, Uint8Array.of(255)]);
    near.releaseAcks();
    await host.settle();
    assertEquals(to.frames.slice(2), [ack, ack]);
  });
}

Deno.test("acks that are released while the link is frozen wait for the thaw", async () => {
  for (const at of ["gateway", "runner"] as const) {
    const { host, near, far } = faultyPair(new VirtualHost(), at);
    const [here, there] = [Recorder.on(near), Recorder.on(far)];
    const [from, to] = at === "gateway" ? [far, here] : [near, there];
    near.holdAcks();
    near.freeze();
    from.send(ack);
    await host.settle();
    near.releaseAcks();
    await host.settle();
    assertEquals(to.frames.length, 0);
    near.thaw();
    await host.settle();
    assertEquals(to.frames, [ack]);
  }
});
