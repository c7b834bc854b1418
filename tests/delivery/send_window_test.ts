import fc from "fast-check";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { SendWindow } from "../../lib/delivery/mod.ts";
import { messageIndex } from "../../lib/protocol/message_index.ts";
import { firstIndex, wrapped } from "./indexes.ts";
import { NaiveSendWindow } from "./naive_send_window.ts";

const ROOMY = { messages: 32_767, bytes: 1_000_000_000 };

type Step =
  | { readonly do: "push"; readonly bytes: number }
  | { readonly do: "ack"; readonly offset: number }
  | { readonly do: "ackAnything"; readonly index: number }
  | { readonly do: "hold" | "clear" }
  | { readonly do: "release" | "resume"; readonly room: number }
  | { readonly do: "wait"; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("push"), bytes: fc.nat(60) }) },
  // Around what is pending: before it, within it, at its end and beyond.
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("ack"), offset: fc.integer({ min: -3, max: 45 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("ackAnything"), index: fc.nat(65_535) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("hold", "clear") }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom("release", "resume"),
      room: fc.oneof(fc.constant(Infinity), fc.nat(20)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait"), ms: fc.nat(40) }) },
) as fc.Arbitrary<Step>;

Deno.test("sendWindow does what a plain array with unbounded counts does", () => {
  fc.assert(
    fc.property(
      firstIndex,
      fc.record({ messages: fc.integer({ min: 1, max: 40 }), bytes: fc.nat(800) }),
      fc.boolean(),
      fc.array(step, { maxLength: 120 }),
      (first, limits, held, steps) => {
        const window = new SendWindow<string>(limits, messageIndex(first), { held });
        const naive = new NaiveSendWindow(limits, first, held);
        let now = 0;
        for (const [i, step] of steps.entries()) {
          switch (step.do) {
            case "push":
              assertEquals<unknown>(
                window.push(`item ${i}`, step.bytes, now),
                naive.push(`item ${i}`, step.bytes, now),
              );
              break;
            case "ack":
            case "ackAnything": {
              const index = step.do === "ack" ? wrapped(naive.acked + step.offset) : step.index;
              const sentAt: number[] = [];
              const result = window.ack(messageIndex(index), (at) => sentAt.push(at));
              const wanted = naive.ack(index);
              if (typeof wanted === "string") assertEquals<unknown>([result, sentAt], [wanted, []]);
              else assertEquals<unknown>([result, sentAt], [wanted.length, wanted]);
              break;
            }
            case "hold":
              window.hold();
              naive.held = true;
              break;
            case "clear":
              window.clear();
              naive.clear();
              break;
            case "release":
            case "resume": {
              const sent: (readonly [number, string])[] = [];
              const count = window[step.do](
                now,
                (index, item) => sent.push([index, item]),
                () => sent.length < step.room,
              );
              assertEquals(sent, naive[step.do](now, step.room));
              assertEquals(count, sent.length);
              break;
            }
            case "wait":
              now += step.ms;
              break;
          }
          assertEquals(
            [window.lastAcked, window.lastSent, window.lastQueued] as number[],
            [naive.acked, naive.sent, naive.queued].map(wrapped),
          );
          assertEquals(
            [window.pending, window.pendingBytes, window.held],
            [naive.kept.length, naive.bytes, naive.held],
          );
          const oldest = naive.kept.find(({ index }) => index <= naive.sent);
          assertEquals(window.oldestSentAt, oldest?.sentAt);
          assertEquals(window.isOverdue(now, 20), naive.isOverdue(now, 20));
        }
        // At rest: everything sent and acked leaves nothing behind.
        window.release(now, () => {});
        if (window.pending > 0) window.ack(window.lastSent);
        assertEquals([window.pending, window.pendingBytes], [0, 0]);
        assertEquals(window.oldestSentAt, undefined);
      },
    ),
    { numRuns: 500 },
  );
});

for (const messages of [0, -1, 32_768, 65_535, NaN, Infinity]) {
  Deno.test(`sendWindow refuses a cap of ${messages} messages`, () => {
    const error = assertThrows(
      () => new SendWindow({ messages, bytes: 1 }, messageIndex(0)),
      RangeError,
    );
    assertEquals(
      error.message,
      `Pending messages must be 1 to 32767, or indexes do not compare: ${messages}`,
    );
  });
}

for (const messages of [1, 2, 16, 17, 32_766, 32_767]) {
  Deno.test(`sendWindow.push() takes ${messages} messages and refuses one more`, () => {
    const window = new SendWindow<number>({ ...ROOMY, messages }, messageIndex(65_000));
    for (let i = 1; i <= messages; i++) {
      assertEquals<unknown>(window.push(i, 1, 0), wrapped(65_000 + i));
    }
    const before = [window.pending, window.pendingBytes, window.lastQueued, window.lastSent];
    assertEquals(window.push(0, 1, 0), "messages");
    assertEquals([window.pending, window.pendingBytes, window.lastQueued, window.lastSent], before);
    window.ack(messageIndex(65_001));
    assertEquals<unknown>(window.push(0, 1, 0), wrapped(65_000 + messages + 1));
    assertEquals(window.push(0, 1, 0), "messages");
  });
}

Deno.test("sendWindow.push() counts bytes at the limit: one less, exact, one more", () => {
  for (const [last, wanted] of [[39, 2], [40, 2], [41, "bytes"]] as const) {
    const window = new SendWindow<string>({ messages: 10, bytes: 100 }, messageIndex(0));
    window.push("first", 60, 0);
    assertEquals<unknown>(window.push("last", last, 0), wanted);
    assertEquals(window.pendingBytes, wanted === "bytes" ? 60 : 60 + last);
  }
});

Deno.test("sendWindow.push() takes an empty message when the bytes are used up", () => {
  const window = new SendWindow<string>({ messages: 10, bytes: 100 }, messageIndex(0));
  window.push("full", 100, 0);
  assertEquals<unknown>(window.push("empty", 0, 0), 2);
  assertEquals(window.push("one byte", 1, 0), "bytes");
});

for (const first of [0, 32_767, 65_535]) {
  Deno.test(`sendWindow.ack() judges stale, exact, cumulative, duplicate and future from ${first} on`, () => {
    const at = (n: number) => messageIndex(first + n);
    const window = new SendWindow<number>(ROOMY, at(0));
    for (let i = 1; i <= 5; i++) window.push(i, 10, i);
    assertEquals(window.ack(at(0)), "stale");
    assertEquals(window.ack(at(-1)), "stale");
    assertEquals(window.ack(at(6)), "future");
    assertEquals(window.ack(at(32_767)), "future");
    // The undefined distance of RFC 1982 clears nothing either.
    assertEquals(window.ack(at(32_768)), "stale");
    assertEquals([window.pending, window.pendingBytes], [5, 50]);
    assertEquals(window.ack(at(1)), 1);
    assertEquals(window.ack(at(1)), "stale");
    const sentAt: number[] = [];
    assertEquals(window.ack(at(4), (at) => sentAt.push(at)), 3);
    assertEquals(sentAt, [2, 3, 4]);
    assertEquals(window.ack(at(5)), 1);
    assertEquals(window.ack(at(5)), "stale");
    assertEquals([window.pending, window.pendingBytes], [0, 0]);
  });
}

Deno.test("sendWindow.ack() treats what is queued while held, and never sent, as future", () => {
  const window = new SendWindow<string>(ROOMY, messageIndex(0));
  window.push("sent", 1, 0);
  window.hold();
  window.push("kept", 1, 0);
  assertEquals(window.ack(messageIndex(2)), "future");
  assertEquals(window.pending, 2);
  assertEquals(window.ack(messageIndex(1)), 1);
  assertEquals(window.oldestSentAt, undefined);
  assertEquals(window.ack(messageIndex(2)), "future");
  window.release(0, () => {});
  assertEquals(window.ack(messageIndex(2)), 1);
});

Deno.test("sendWindow.release() sends everything again in order, however often", () => {
  const window = new SendWindow<string>(ROOMY, messageIndex(65_534));
  for (const item of ["a", "b", "c"]) window.push(item, 1, 0);
  window.ack(messageIndex(65_535));
  for (let round = 0; round < 3; round++) {
    const sent: unknown[] = [];
    assertEquals(window.release(round, (index, item) => sent.push([index, item])), 2);
    assertEquals(sent, [[0, "b"], [1, "c"]]);
  }
  assertEquals([window.pending, window.pendingBytes], [2, 2]);
});

Deno.test("sendWindow keeps order when its ring grows with the head in the middle", () => {
  const window = new SendWindow<number>(ROOMY, messageIndex(0));
  let next = 0;
  let acked = 0;
  // Never at rest, so that each growth meets a head that is not zero.
  for (let size = 8; size <= 4_096; size *= 2) {
    while (next - acked < size) window.push(++next, 1, 0);
    acked += size - 3;
    window.ack(messageIndex(acked));
  }
  while (next - acked < 5_000) window.push(++next, 1, 0);
  const sent: number[] = [];
  window.release(0, (_, item) => sent.push(item));
  assertEquals(sent, Array.from({ length: 5_000 }, (_, i) => acked + 1 + i));
});

Deno.test("sendWindow carries 200 000 messages across three wraps", () => {
  const window = new SendWindow<number>({ messages: 1_000, bytes: 64_000 }, messageIndex(0));
  let acked = 0;
  let observed = 0;
  for (let n = 1; n <= 200_000; n++) {
    assertEquals<unknown>(window.push(n, n % 64, n), wrapped(n));
    // In strides of 1 to 997, so that the ring's head meets the index in every way.
    if (window.pending === (n % 997) + 1 || window.pending === 1_000) {
      acked += window.pending;
      const result = window.ack(messageIndex(acked), () => observed++);
      assert(typeof result === "number", `ack ${acked}: ${result}`);
      assertEquals(window.pendingBytes, 0);
    }
  }
  window.ack(window.lastSent, () => observed++);
  assertEquals([observed, window.pending, window.pendingBytes], [200_000, 0, 0]);
  assertEquals<unknown>(window.lastAcked, wrapped(200_000));
});

// The traps of behaviour.md that live here.

Deno.test("sendWindow.isOverdue() is true of what timed out and false of what is healthy (trap 1)", () => {
  const window = new SendWindow<string>(ROOMY, messageIndex(0));
  assertEquals(window.isOverdue(1_000_000, 1), false);
  window.push("a", 1, 100);
  window.push("b", 1, 120);
  assertEquals([129, 130, 131].map((now) => window.isOverdue(now, 30)), [false, true, true]);
  window.ack(messageIndex(1));
  assertEquals([149, 150, 151].map((now) => window.isOverdue(now, 30)), [false, true, true]);
  window.ack(messageIndex(2));
  assertEquals(window.isOverdue(1_000_000, 30), false);
});

Deno.test("sendWindow.pendingBytes goes down on ack: 129 MiB pass through a limit of 1 MiB (trap 2)", () => {
  const mib = 1024 * 1024;
  const window = new SendWindow<number>({ messages: 100, bytes: mib }, messageIndex(0));
  for (let i = 1; i <= 129; i++) {
    assertEquals<unknown>(window.push(i, mib, 0), i);
    assertEquals(window.ack(messageIndex(i)), 1);
    assertEquals(window.pendingBytes, 0);
  }
});

Deno.test("sendWindow.ack() drops nothing unacked in a full window (trap 3)", () => {
  for (const first of [0, 32_767, 65_535]) {
    const window = new SendWindow<number>(ROOMY, messageIndex(first));
    for (let i = 1; i <= 32_767; i++) window.push(i, 1, 0);
    assertEquals(window.push(0, 1, 0), "messages");
    assertEquals(window.ack(messageIndex(first + 5)), 5);
    assertEquals(window.pending, 32_762);
    assertEquals(window.ack(messageIndex(first + 32_767)), 32_762);
  }
});

Deno.test("sendWindow.ack() goes on after 65 535 → 0 (trap 4)", () => {
  const window = new SendWindow<number>(ROOMY, messageIndex(65_533));
  for (let i = 1; i <= 6; i++) window.push(i, 1, 0);
  for (const index of [65_534, 65_535, 0, 1, 2, 3]) {
    assertEquals(window.ack(messageIndex(index)), 1, `ack ${index}`);
  }
});

Deno.test("sendWindow.push() wraps its index at 65 536 (trap 5)", () => {
  const window = new SendWindow<number>(ROOMY, messageIndex(65_534));
  assertEquals<unknown>([1, 2, 3].map((i) => window.push(i, 1, 0)), [65_535, 0, 1]);
  assertEquals<unknown>([window.lastQueued, window.lastSent], [1, 1]);
});

Deno.test("sendWindow.release() sends again what was sent and not acked (trap 7)", () => {
  const window = new SendWindow<string>(ROOMY, messageIndex(0));
  window.push("on the lost tunnel", 1, 0);
  const sent: unknown[] = [];
  assertEquals(window.release(5, (index, item) => sent.push([index, item])), 1);
  assertEquals(sent, [[1, "on the lost tunnel"]]);
});

Deno.test("sendWindow lets nothing fall due while held, and starts anew on release (trap 9)", () => {
  const window = new SendWindow<string>(ROOMY, messageIndex(0));
  window.push("a", 1, 0);
  window.hold();
  window.push("b", 1, 10);
  assertEquals(window.isOverdue(1_000_000, 30), false);
  window.release(1_000, () => {});
  assertEquals(window.oldestSentAt, 1_000);
  assertEquals([1_029, 1_030].map((now) => window.isOverdue(now, 30)), [false, true]);
});
