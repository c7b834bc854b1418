import fc from "fast-check";
import { assertEquals } from "@std/assert";
import { TakeWindow } from "../../lib/delivery/mod.ts";
import { messageIndex } from "../../lib/protocol/mod.ts";
import { firstIndex, nearest, wrapped } from "./indexes.ts";

/** What `TakeWindow` promises, with counts that never wrap. */
class NaiveTakeWindow {
  messages = 0;
  bytes = 0;

  constructor(public last: number) {}

  take(index: number, bytes: number): string {
    const count = nearest(this.last, index);
    if (count > this.last + 1 || count === this.last - 32_768) return "gap";
    this.messages++;
    if (count <= this.last) return "duplicate";
    this.bytes += bytes;
    this.last = count;
    return "take";
  }

  ack(): number {
    this.messages = this.bytes = 0;
    return wrapped(this.last);
  }
}

const offset = fc.oneof(
  { weight: 6, arbitrary: fc.constant(1) },
  { weight: 2, arbitrary: fc.integer({ min: -12, max: 3 }) },
  { weight: 1, arbitrary: fc.integer({ min: -32_768, max: 32_767 }) },
);

Deno.test("takeWindow does what unbounded counts do", () => {
  fc.assert(
    fc.property(
      firstIndex,
      fc.record({
        messages: fc.integer({ min: 1, max: 8 }),
        bytes: fc.integer({ min: 1, max: 90 }),
      }),
      fc.array(fc.oneof(fc.tuple(offset, fc.nat(30)), fc.constant("ack" as const)), {
        maxLength: 200,
      }),
      (first, share, steps) => {
        const window = new TakeWindow(share, messageIndex(first));
        const naive = new NaiveTakeWindow(first);
        for (const step of steps) {
          if (step === "ack") {
            assertEquals(window.ack() as number, naive.ack());
          } else {
            const index = wrapped(naive.last + step[0]);
            assertEquals(window.take(messageIndex(index), step[1]), naive.take(index, step[1]));
          }
          assertEquals(window.lastTaken as number, wrapped(naive.last));
          assertEquals(window.unacked, naive.messages);
          const isDue = naive.messages >= share.messages || naive.bytes >= share.bytes;
          assertEquals(window.isAckDue, isDue);
        }
      },
    ),
    { seed: 40, numRuns: 400 },
  );
});

Deno.test("takeWindow.take() calls a duplicate what lies up to 32 767 back, and no further", () => {
  const window = new TakeWindow({ messages: 64, bytes: 64 }, messageIndex(40_000));
  assertEquals(window.take(messageIndex(40_000 - 32_767), 0), "duplicate");
  assertEquals(window.take(messageIndex(40_000 - 32_768), 0), "gap");
});
