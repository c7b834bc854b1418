import { assertEquals } from "@std/assert";
import { systemHost } from "../../lib/host/system_host.ts";
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

Deno.test("memoryLinkPair() speaks rivet, or what it is told", () => {
  const protocols = (protocol?: string) =>
    memoryLinkPair(systemHost, protocol).map((link) => link.protocol);
  assertEquals(protocols(), ["rivet", "rivet"]);
  assertEquals(protocols("dormouse.1"), ["dormouse.1", "dormouse.1"]);
});
