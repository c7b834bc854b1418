import fc from "fast-check";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { ReceiveWindow } from "../../lib/delivery/mod.ts";
import { messageIndex } from "../../lib/protocol/message_index.ts";
import { firstIndex, nearest, wrapped } from "./indexes.ts";

/** What `ReceiveWindow` promises, with counts that never wrap. */
class NaiveReceiveWindow {
  received: number;
  handled: number;
  committed: number;

  constructor(last: number, private adopt: boolean) {
    this.received = this.handled = this.committed = last;
  }

  receive(index: number): string {
    const count = nearest(this.received, index);
    if (this.adopt) {
      this.adopt = false;
      if (count > this.received) this.received = this.handled = this.committed = count - 1;
    }
    if (count === this.received + 1) {
      this.received = count;
      return "deliver";
    }
    if (count > this.received || count === this.received - 32_768) return "gap";
    return count <= this.committed ? "duplicate" : "inFlight";
  }
}

type Step =
  | { readonly do: "receive"; readonly offset: number }
  | { readonly do: "handle" }
  | { readonly do: "commit"; readonly offset: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("receive"), offset: fc.constant(1) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("receive"),
      offset: fc.oneof(fc.integer({ min: -12, max: 3 }), fc.integer({ min: -32_768, max: 32_767 })),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("handle") }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("commit"), offset: fc.integer({ min: -4, max: 4 }) }),
  },
) as fc.Arbitrary<Step>;

Deno.test("receiveWindow does what unbounded counts do", () => {
  fc.assert(
    fc.property(
      firstIndex,
      fc.boolean(),
      fc.array(step, { maxLength: 150 }),
      (first, adopt, steps) => {
        const window = new ReceiveWindow(messageIndex(first), { adopt });
        const naive = new NaiveReceiveWindow(first, adopt);
        for (const step of steps) {
          switch (step.do) {
            case "receive": {
              const index = wrapped(naive.received + step.offset);
              assertEquals<string>(window.receive(messageIndex(index)), naive.receive(index));
              break;
            }
            case "handle":
              if (naive.handled === naive.received) {
                assertThrows(() => window.handle(), Error, "No received message is left to handle");
              } else {
                assertEquals<number>(window.handle(), wrapped(++naive.handled));
              }
              break;
            case "commit": {
              const upTo = naive.handled + step.offset;
              const commit = () => window.commit(messageIndex(upTo));
              if (upTo <= naive.committed) commit();
              else if (upTo > naive.handled) assertThrows(commit, Error, "only handled up to");
              else {
                commit();
                naive.committed = upTo;
              }
              break;
            }
          }
          assertEquals<number[]>(
            [window.lastReceived, window.lastHandled, window.lastCommitted],
            [naive.received, naive.handled, naive.committed].map(wrapped),
          );
          assertEquals(window.hasUncommitted, naive.handled > naive.committed);
        }
      },
    ),
    { numRuns: 500 },
  );
});

for (const first of [0, 32_767, 65_535]) {
  Deno.test(`receiveWindow.receive() judges each distance from ${first}`, () => {
    const at = (n: number) => messageIndex(first + n);
    const window = new ReceiveWindow(at(0));
    assertEquals(window.receive(at(0)), "duplicate");
    assertEquals(window.receive(at(2)), "gap");
    assertEquals(window.receive(at(32_767)), "gap");
    assertEquals(window.receive(at(-32_768)), "gap");
    assertEquals(window.receive(at(-32_767)), "duplicate");
    assertEquals(window.receive(at(1)), "deliver");
    assertEquals(window.receive(at(1)), "inFlight");
    window.handle();
    assertEquals(window.receive(at(1)), "inFlight");
    window.commit(at(1));
    assertEquals(window.receive(at(1)), "duplicate");
  });
}

Deno.test("receiveWindow.receive() adopts the first index only, and never an earlier one", () => {
  const window = new ReceiveWindow(messageIndex(10), { adopt: true });
  assertEquals(window.receive(messageIndex(500)), "deliver");
  assertEquals<number[]>([window.lastReceived, window.lastCommitted], [500, 499]);
  assertEquals(window.receive(messageIndex(502)), "gap");

  const behind = new ReceiveWindow(messageIndex(10), { adopt: true });
  assertEquals(behind.receive(messageIndex(9)), "duplicate");
  assertEquals(behind.receive(messageIndex(12)), "gap");
});

Deno.test("receiveWindow.commit() covers handled messages at once and refuses unhandled ones", () => {
  const window = new ReceiveWindow(messageIndex(65_534));
  for (const index of [65_535, 0, 1]) window.receive(messageIndex(index));
  window.handle();
  window.handle();
  const error = assertThrows(() => window.commit(messageIndex(1)), Error);
  assertEquals(error.message, "Cannot commit 1: only handled up to 0");
  window.commit(messageIndex(0));
  assertEquals([window.lastCommitted as number, window.hasUncommitted], [0, false]);
  window.commit(messageIndex(65_535));
  assertEquals<number>(window.lastCommitted, 0);
});

Deno.test("receiveWindow takes 200 000 messages across three wraps", () => {
  const window = new ReceiveWindow(messageIndex(0));
  for (let n = 1; n <= 200_000; n++) {
    assert(window.receive(messageIndex(n)) === "deliver", `message ${n}`);
    window.handle();
    if (n % 100 === 0) window.commit(messageIndex(n));
  }
  assertEquals([window.lastCommitted as number, window.hasUncommitted], [wrapped(200_000), false]);
});

Deno.test("receiveWindow.receive() delivers 0 after 65 535 (traps 4 and 5)", () => {
  const window = new ReceiveWindow(messageIndex(65_534));
  assertEquals([65_535, 0, 1].map((index) => window.receive(messageIndex(index))), [
    "deliver",
    "deliver",
    "deliver",
  ]);
  assertEquals<number[]>([window.handle(), window.handle(), window.handle()], [65_535, 0, 1]);
});

Deno.test("receiveWindow.receive() tells what must be acked again from what is under way (trap 8)", () => {
  const window = new ReceiveWindow(messageIndex(65_533));
  for (const index of [65_534, 65_535, 0, 1]) window.receive(messageIndex(index));
  window.handle();
  window.handle();
  window.commit(messageIndex(65_535));
  // The ack was lost and the tunnel is back: all four come again.
  assertEquals([65_534, 65_535, 0, 1].map((index) => window.receive(messageIndex(index))), [
    "duplicate",
    "duplicate",
    "inFlight",
    "inFlight",
  ]);
  assertEquals(window.receive(messageIndex(2)), "deliver");
});
