import { assert } from "@std/assert";
import v8 from "node:v8";
import vm from "node:vm";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { History } from "../../lib/inspect/history/history.ts";
import { INSPECT_LIMITS } from "../../lib/inspect/limits.ts";
import { type RunnerId, runnerId } from "../../lib/protocol/mod.ts";
import { blocksRun } from "../support/blocks_run.ts";

const SECONDS = INSPECT_LIMITS.historySeconds;

v8.setFlagsFromString("--expose-gc");
const gc = vm.runInNewContext("gc") as () => void;

/** Bytes that are in use by what somebody has. */
function used(): number {
  for (let i = 0; i < 6; i++) gc();
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

/** From 1 ms to 1 s, in an order without a pattern. */
function latency(at: number): number {
  return 10 ** (at * 0.618_033_988_749 % 3);
}

/** The history of runners that each had so many acks in every second. */
async function filled(runners: number, acks: number, seconds = SECONDS): Promise<History> {
  const host = new VirtualHost({ epochStart: 1_800_000_000_000 });
  const limits = { ...INSPECT_LIMITS, historyBytes: Number.MAX_SAFE_INTEGER };
  const history = new History({ host, limits, isAlone: false, limitReached: () => {} });
  const ids: RunnerId[] = Array.from({ length: runners }, (_, i) => runnerId(`runner-${i}`));
  for (const id of ids) history.runnerJoined(id);
  for (let second = 0; second < seconds; second++) {
    for (const id of ids) {
      for (let i = 0; i < acks; i++) history.acked(latency(second * acks + i), id);
      history.woke("message", id);
    }
    await host.advance(1_000);
    history.sampled([]);
  }
  return history;
}

for (const [runners, acks] of [[1, 1], [1, 500], [16, 1], [16, 100]] as const) {
  Deno.test(`cost: a history takes no more memory than is counted: ${runners} runners, ${acks} acks a second`, async () => {
    // The first one loads what all need, and is gone by the time that counts.
    await filled(1, 1, 10);
    const before = used();
    const history = await filled(runners, acks);
    const took = used() - before;
    assert(took <= history.bytes, `${took} bytes, counted are ${history.bytes}`);
    assert(took >= history.bytes / 2, `${took} bytes, counted are ${history.bytes}`);
  });
}

Deno.test("cost: of all runners, with 300 acks a second each from 1 ms to 1 s, a quarter of an hour fits `historyBytes`", async () => {
  const { bytes } = await filled(INSPECT_LIMITS.historyRunners, 300);
  assert(bytes <= INSPECT_LIMITS.historyBytes, `${bytes} bytes`);
});

Deno.test("cost: an ack runs no more blocks with a quarter of an hour of history than with none", async () => {
  const blocks: number[] = [];
  for (const seconds of [0, SECONDS]) {
    const history = await filled(16, 5, seconds);
    const ran = await blocksRun((url) => url.includes("/lib/inspect/"), () => {
      for (let i = 0; i < 1_000; i++) history.acked(latency(i), runnerId(`runner-${i % 16}`));
    });
    blocks.push(ran);
  }
  const [none, some] = blocks as [number, number];
  assert(some > 1_000, `${some} blocks are too few to mean anything`);
  assert(some <= none && none <= 6_000, `${none} blocks became ${some}`);
});
