import { Session } from "node:inspector";
import { assert, assertEquals } from "@std/assert";
import { OutputGate, ReceiveWindow, SendWindow } from "../../lib/delivery/mod.ts";
import { messageIndex } from "../../lib/protocol/message_index.ts";

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
  }[];
}

/**
 * How often the blocks of `lib/delivery` run during `run`, as V8's precise coverage counts them:
 * a loop over what is pending shows at once, on any machine and under any load.
 */
async function blocksRun(run: () => void): Promise<number> {
  const session = new Session();
  session.connect();
  const ask = (method: string, params?: object): Promise<Coverage> =>
    new Promise((resolve, reject) =>
      session.post(
        method,
        params,
        (error: Error | null, result?: object) =>
          error ? reject(error) : resolve(result as Coverage),
      )
    );
  await ask("Profiler.enable");
  await ask("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  await ask("Profiler.takePreciseCoverage");
  run();
  const { result } = await ask("Profiler.takePreciseCoverage");
  await ask("Profiler.stopPreciseCoverage");
  session.disconnect();
  return result
    .filter(({ url }) => url.includes("/lib/delivery/"))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
    .reduce((sum, { count }) => sum + count, 0);
}

const OPERATIONS = 100;
/** Within one size of the ring, so that its growth, which is amortized, does not fall among them. */
const PENDING = [600, 20_000, 32_767];

function filled(pending: number): SendWindow<number> {
  const window = new SendWindow<number>({ messages: 32_767, bytes: 1e9 }, messageIndex(60_000));
  for (let i = 0; i < pending; i++) window.push(i, 1, 0);
  return window;
}

Deno.test("sendWindow.ack() costs the same one by one with 600 and with 32 767 pending", async () => {
  const counts: number[] = [];
  for (const pending of PENDING) {
    const window = filled(pending);
    counts.push(
      await blocksRun(() => {
        for (let i = 1; i <= OPERATIONS; i++) window.ack(messageIndex(60_000 + i));
      }),
    );
    assertEquals(window.pending, pending - OPERATIONS);
  }
  assert(counts[0]! >= OPERATIONS, `${counts[0]} blocks counted`);
  assertEquals(counts, [counts[0]!, counts[0]!, counts[0]!]);
});

Deno.test("sendWindow's push, isOverdue and getters cost the same however much is pending", async () => {
  const counts: number[] = [];
  for (const pending of [600, 20_000, 32_000]) {
    const window = filled(pending);
    counts.push(
      await blocksRun(() => {
        for (let i = 1; i <= OPERATIONS; i++) {
          window.push(i, 1, 0);
          window.isOverdue(i, 1_000);
          assert(window.pendingBytes === window.pending && window.lastSent === window.lastQueued);
        }
      }),
    );
  }
  assert(counts[0]! >= OPERATIONS, `${counts[0]} blocks counted`);
  assertEquals(counts, [counts[0]!, counts[0]!, counts[0]!]);
});

Deno.test("sendWindow grows its ring at a cost of at most four steps a message", async () => {
  const window = new SendWindow<number>({ messages: 32_767, bytes: 1e9 }, messageIndex(0));
  const blocks = await blocksRun(() => {
    for (let i = 0; i < 32_767; i++) window.push(i, 1, 0);
  });
  assert(blocks <= 4 * 32_767, `${blocks} blocks for 32 767 messages`);
});

Deno.test("receiveWindow costs the same however much is uncommitted", async () => {
  const counts: number[] = [];
  for (const uncommitted of [100, 30_000]) {
    const window = new ReceiveWindow(messageIndex(50_000));
    const take = (n: number): void => {
      window.receive(messageIndex(50_000 + n));
      window.handle();
    };
    for (let n = 1; n <= uncommitted; n++) take(n);
    counts.push(
      await blocksRun(() => {
        for (let n = 1; n <= OPERATIONS; n++) {
          take(uncommitted + n);
          window.receive(messageIndex(50_001));
          window.commit(messageIndex(50_000 + n));
        }
      }),
    );
  }
  assert(counts[0]! >= OPERATIONS, `${counts[0]} blocks counted`);
  assertEquals(counts[0], counts[1]);
});

Deno.test("outputGate.hold() costs the same however much is held", async () => {
  const counts: number[] = [];
  for (const held of [100, 30_000]) {
    const gate = new OutputGate<number>({ messages: 100_000, bytes: 1e9 });
    for (let i = 0; i < held; i++) gate.hold(i, 1);
    counts.push(
      await blocksRun(() => {
        for (let i = 0; i < OPERATIONS; i++) gate.hold(i, 1);
        gate.seal();
      }),
    );
  }
  assert(counts[0]! >= OPERATIONS, `${counts[0]} blocks counted`);
  assertEquals(counts[0], counts[1]);
});
