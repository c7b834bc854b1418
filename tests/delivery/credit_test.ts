import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import {
  chunkCost,
  CREDIT_UNIT,
  ReceiveCredit,
  ReceiveLimit,
  SendCredit,
} from "../../lib/delivery/mod.ts";

Deno.test("chunkCost() rounds up to blocks of 256 bytes", () => {
  const costs = [0, 1, 255, 256, 257, CREDIT_UNIT - 1, CREDIT_UNIT].map(chunkCost);
  assertEquals(costs, [0, 256, 256, 256, 512, CREDIT_UNIT, CREDIT_UNIT]);
});

Deno.test("sendCredit.spend() takes all that is left, and refuses a byte more", () => {
  const credit = new SendCredit();
  credit.spend(CREDIT_UNIT - 256);
  assertEquals(credit.next(1_000), 256);
  assertThrows(() => credit.spend(257), RangeError);
  credit.spend(256);
  assertEquals([credit.left, credit.next(1)], [0, 0]);
  assertThrows(() => credit.spend(1), RangeError);
  credit.spend(0);
  credit.grant();
  assertEquals(credit.left, CREDIT_UNIT);
});

Deno.test("sendCredit.next() never gives more than a chunk, whatever was granted", () => {
  const credit = new SendCredit();
  for (let i = 0; i < 10; i++) credit.grant();
  assertEquals(credit.next(1_000_000), CREDIT_UNIT);
});

Deno.test("receiveCredit wants a window of at least a unit", () => {
  assertThrows(() => new ReceiveCredit(CREDIT_UNIT - 1), RangeError);
  assertEquals(new ReceiveCredit(CREDIT_UNIT).takeGrant(), false);
});

Deno.test("receiveCredit.receive() takes what it has granted, and refuses a byte more", () => {
  const credit = new ReceiveCredit(CREDIT_UNIT);
  assert(credit.receive(CREDIT_UNIT - 256));
  assert(!credit.receive(257));
  assert(credit.receive(256));
  assert(!credit.receive(1));
  assertEquals([credit.granted, credit.unread], [0, CREDIT_UNIT]);
  credit.read(CREDIT_UNIT - 256);
  assert(!credit.takeGrant());
  credit.read(256);
  assert(credit.takeGrant());
  assert(!credit.takeGrant());
});

Deno.test("receiveLimit.receive() refuses what goes past the limit, until some is read", () => {
  const limit = new ReceiveLimit(10);
  assert(limit.receive(9));
  assert(!limit.receive(2));
  assert(limit.receive(1));
  limit.read(9);
  assert(limit.receive(9));
  assert(!limit.takeGrant());
});

/** What happens to a body between a sender and a receiver, with chunks and grants under way. */
type Step =
  | { readonly do: "send"; readonly bytes: number }
  | { readonly do: "arrive" | "read" | "grantArrives" };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("send" as const), bytes: fc.integer({ min: 1, max: 200_000 }) }),
  fc.record({ do: fc.constantFrom("arrive" as const, "read" as const, "grantArrives" as const) }),
);

Deno.test("credit is conserved: what is granted, under way and unread is never more than a window", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: CREDIT_UNIT, max: 8 * CREDIT_UNIT }),
      fc.array(step, { maxLength: 300 }),
      (window, steps) => {
        const sender = new SendCredit();
        const receiver = new ReceiveCredit(window);
        const chunks: number[] = [];
        const unread: number[] = [];
        let grants = 0;
        const check = () => {
          const underWay = chunks.reduce((sum, bytes) => sum + chunkCost(bytes), 0);
          const held = unread.reduce((sum, bytes) => sum + chunkCost(bytes), 0);
          // The receiver's books agree with what there is, wherever it is.
          assertEquals(receiver.granted, sender.left + underWay + grants * CREDIT_UNIT);
          assertEquals(receiver.unread, held);
          assert(receiver.granted + held <= window);
          // Never stuck: who has nothing to send with waits for somebody.
          assert(sender.left + underWay + grants + held > 0);
        };
        const play = ({ do: what, bytes }: { do: Step["do"]; bytes?: number }) => {
          if (what === "send") {
            const chunk = sender.next(bytes!);
            if (chunk === 0) return;
            sender.spend(chunk);
            chunks.push(chunk);
          } else if (what === "arrive" && chunks.length > 0) {
            const chunk = chunks.shift()!;
            assert(receiver.receive(chunk), "What was granted is refused");
            unread.push(chunk);
          } else if (what === "read" && unread.length > 0) {
            receiver.read(unread.shift()!);
          } else if (what === "grantArrives" && grants > 0) {
            grants--;
            sender.grant();
          }
          while (what !== "send" && receiver.takeGrant()) grants++;
        };
        for (const next of steps) {
          play(next);
          check();
        }
        // At rest nothing is under way or unread, and the sender has all but a part of a unit.
        for (let i = 0; chunks.length + unread.length + grants > 0; i++) {
          play({ do: (["arrive", "read", "grantArrives"] as const)[i % 3]! });
        }
        play({ do: "read" });
        while (grants > 0) play({ do: "grantArrives" });
        check();
        assertEquals(receiver.unread, 0);
        assertEquals(sender.left, receiver.granted);
        assert(receiver.granted > window - CREDIT_UNIT);
      },
    ),
    { numRuns: 300 },
  );
});
