import { assert, assertEquals } from "@std/assert";
import v8 from "node:v8";
import vm from "node:vm";
import { actors } from "../../actors/mod.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { Capture } from "../../lib/inspect/capture/capture.ts";
import { createInspector, INSPECT_LIMITS, type InspectLimits } from "../../lib/inspect/mod.ts";
import { Secrets } from "../../lib/inspect/secrets.ts";
import { actorId, gatewayId, messageIndex, requestId } from "../../lib/protocol/mod.ts";
import { blocksRun } from "../support/blocks_run.ts";
import { type Counts, Embedded, type EmbeddedOptions } from "./embedded.ts";

const MESSAGES = 640;

function capturing(limits: Partial<InspectLimits>): EmbeddedOptions {
  return { inspect: (host) => createInspector({ host, role: "all", limits }) };
}

/** What messages on sockets of one actor do, and how many blocks of `lib` run for each. */
async function talked(
  name: string,
  options: EmbeddedOptions,
): Promise<{ counts: Counts; blocks: number }> {
  await using embedded = await Embedded.start(actors, options);
  const opened = await embedded.open(name, 10);
  const word = name === "counter" ? "inc" : "hello";
  await embedded.talk(opened, 640, word);
  let counts: Counts;
  const blocks = await blocksRun((url) => url.includes("/lib/"), async () => {
    counts = await embedded.count(() => embedded.talk(opened, MESSAGES, word));
  });
  return { counts: counts!, blocks: blocks / MESSAGES };
}

Deno.test("cost: capturing sets no timer, writes nothing, and puts nothing on the tunnel", async () => {
  for (const name of ["echo", "counter"]) {
    const without = await talked(name, {});
    const captured = await talked(name, capturing({ capturedPerSecond: 1e9 }));
    assertEquals(captured.counts, without.counts, name);
  }
});

Deno.test("cost: beyond the budget a message and its answer cost 46 blocks more, however many are kept", async () => {
  for (const name of ["echo", "counter"]) {
    const without = await talked(name, {});
    const beyond = await talked(name, capturing({ capturedPerSecond: 100 }));
    // The budget is refilled when time goes by, which it does not here.
    assertEquals(beyond.counts, without.counts);
    const more = beyond.blocks - without.blocks;
    assert(more > 1, `${more} blocks are too few to mean anything`);
    assert(more <= 46, `${name}: ${more} blocks more than ${without.blocks}`);
  }
});

v8.setFlagsFromString("--expose-gc");
const gc = vm.runInNewContext("gc") as () => void;

/** Bytes that are in use by what somebody has. */
function used(): number {
  for (let i = 0; i < 6; i++) gc();
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

const text = (data: string) => ({ data: new TextEncoder().encode(data), binary: false });
const bytes = (length: number) => ({ data: new Uint8Array(length), binary: true });

const KEPT = [
  { what: "short texts", sockets: 20, each: 1_000, make: () => text("x") },
  { what: "one short text of each socket", sockets: 20_000, each: 1, make: () => text("x") },
  { what: "long texts", sockets: 20, each: 500, make: () => text("x".repeat(1_000)) },
  { what: "texts beyond Latin", sockets: 20, each: 500, make: () => text("ж".repeat(1_000)) },
  { what: "short bytes", sockets: 20, each: 1_000, make: () => bytes(1) },
  { what: "cut off bytes", sockets: 20, each: 250, make: () => bytes(10_000) },
] as const;

for (const { what, sockets, each, make } of KEPT) {
  Deno.test(`cost: what is captured takes no more memory than is counted: ${what}`, () => {
    const follow = (): Capture => {
      const capture = new Capture({
        host: new VirtualHost(),
        limits: {
          ...INSPECT_LIMITS,
          captureBytes: Number.MAX_SAFE_INTEGER,
          capturedPerSecond: 1e9,
        },
        secrets: new Secrets(),
        payloads: true,
      });
      for (let id = 1; id <= sockets; id++) {
        const socket = capture.follow({
          gatewayId: gatewayId(1),
          requestId: requestId(id * 7_919),
          actorId: actorId("actor"),
          path: "/",
          protocols: null,
        });
        for (let i = 1; i <= each; i++) {
          socket.clientSaid(messageIndex(i), make());
          socket.sent(messageIndex(i));
          socket.received(messageIndex(i), make());
        }
        socket.handled(messageIndex(each));
        socket.acked(messageIndex(each));
      }
      return capture;
    };
    // The first one loads what all need.
    follow();
    const before = used();
    const capture = follow();
    const took = used() - before;
    assert(took <= capture.bytes, `${took} bytes, counted are ${capture.bytes}`);
    assert(took >= capture.bytes / 2, `${took} bytes, counted are ${capture.bytes}`);
  });
}
