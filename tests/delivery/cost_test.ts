import { assert, assertEquals } from "@std/assert";
import { OutputGate, ReceiveWindow, SendWindow } from "../../lib/delivery/mod.ts";
import { messageIndex } from "../../lib/protocol/message_index.ts";
import { blocksRun } from "../support/blocks_run.ts";

const blocksOfDelivery = (run: () => void): Promise<number> =>
  blocksRun((url) => url.includes("/lib/delivery/"), run);

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
      await blocksOfDelivery(() => {
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
      await blocksOfDelivery(() => {
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
  const blocks = await blocksOfDelivery(() => {
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
      await blocksOfDelivery(() => {
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
      await blocksOfDelivery(() => {
        for (let i = 0; i < OPERATIONS; i++) gate.hold(i, 1);
        gate.seal();
      }),
    );
  }
  assert(counts[0]! >= OPERATIONS, `${counts[0]} blocks counted`);
  assertEquals(counts[0], counts[1]);
});
