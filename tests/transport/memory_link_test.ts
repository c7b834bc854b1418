import { assertEquals, assertStrictEquals } from "@std/assert";
import { systemHost } from "../../lib/host/system_host.ts";
import { gatewayId, messageIndex, requestId, type SocketMessage } from "../../lib/protocol/mod.ts";
import { memoryLinkPair } from "../../lib/transport/memory_link.ts";
import { Recorder } from "./recorder.ts";
import { linkSuite } from "./suite.ts";

linkSuite("memoryLinkPair()", () => {
  const [near, far] = memoryLinkPair(systemHost);
  return Promise.resolve({ near, far, cut: () => near.cut(), dispose: () => Promise.resolve() });
});

Deno.test("memoryLink.cut() loses what has not arrived, at both ends", async () => {
  const [near, far] = memoryLinkPair(systemHost);
  const here = Recorder.on(near);
  const there = Recorder.on(far);
  near.send(Uint8Array.of(1));
  far.send(Uint8Array.of(2));
  near.cut();
  far.cut();
  near.close(1000, "too late");
  assertEquals(await Promise.all([here.ended(), there.ended()]), [
    { code: 1006, reason: "" },
    { code: 1006, reason: "" },
  ]);
  assertEquals([here.frames.length, there.frames.length], [0, 0]);
});

Deno.test("memoryLink delivers by the end of the turn, by its host's defer alone", () => {
  const deferred: (() => void)[] = [];
  const host = { ...systemHost, defer: (callback: () => void) => void deferred.push(callback) };
  const [near, far] = memoryLinkPair(host);
  const there = Recorder.on(far);
  near.start(new Recorder());
  for (let i = 0; i < 10; i++) near.send(Uint8Array.of(i));
  assertEquals([deferred.length, there.frames.length], [1, 0]);
  deferred[0]!();
  assertEquals(there.frames.length, 10);
});

const said = (...bytes: number[]): SocketMessage => ({
  kind: "tunnel",
  messageId: {
    gatewayId: gatewayId(1),
    requestId: requestId(2),
    messageIndex: messageIndex(3),
  },
  body: { kind: "webSocketMessage", data: Uint8Array.from(bytes), binary: true },
});

Deno.test("memoryLink.hand() hands a message over as it is, among the frames, by the end of the turn", async () => {
  const [near, far] = memoryLinkPair(systemHost);
  const arrived: unknown[] = [];
  far.start({
    onFrame: (frame) => arrived.push(frame),
    onMessage: (message) => arrived.push(message),
    onClose: ({ code }) => arrived.push(code),
  });
  near.start(new Recorder());
  const [frame, message] = [Uint8Array.of(1), said(7, 8)];
  near.send(frame);
  assertEquals(near.hand(message), true);
  near.send(frame);
  near.close(1000, "");
  // As a send on a link that has ended.
  assertEquals([near.hand(said(9)), arrived], [true, []]);
  await Promise.resolve();
  assertEquals(arrived, [frame, message, frame, 1000]);
  assertStrictEquals(arrived[1], message);
});

Deno.test("memoryLink.hand() counts what has not arrived, and a cut loses it", async () => {
  const [near, far] = memoryLinkPair(systemHost);
  const arrived: unknown[] = [];
  const onMessage = (message: unknown) => void arrived.push(message);
  far.start({ onFrame: () => {}, onMessage, onClose: () => {} });
  near.start(new Recorder());
  const empty = said();
  near.hand(empty);
  const alone = near.bufferedBytes;
  near.hand(said(1, 2, 3));
  assertEquals([alone > 0, near.bufferedBytes], [true, 2 * alone + 3]);
  await Promise.resolve();
  assertEquals([near.bufferedBytes, arrived.length], [0, 2]);
  near.hand(said(4));
  near.cut();
  await Promise.resolve();
  assertEquals([near.bufferedBytes, arrived.length], [0, 2]);
});

Deno.test("memoryLink.hand() takes nothing for an end that wants frames, or does not listen yet", () => {
  const [near, far] = memoryLinkPair(systemHost);
  assertEquals(near.hand(said(1)), false);
  far.start(new Recorder());
  assertEquals([near.hand(said(1)), near.bufferedBytes], [false, 0]);
});

Deno.test("memoryLinkPair() speaks rivet, or what it is told", () => {
  const protocols = (protocol?: string) =>
    memoryLinkPair(systemHost, protocol).map((link) => link.protocol);
  assertEquals(protocols(), ["rivet", "rivet"]);
  assertEquals(protocols("dormouse.1"), ["dormouse.1", "dormouse.1"]);
});
