import fc from "fast-check";
import { assertEquals, assertThrows } from "@std/assert";
import { OutputGate } from "../../lib/delivery/mod.ts";

const ROOMY = { messages: 1_000, bytes: 1_000_000 };

type Step =
  | { readonly do: "hold" | "join"; readonly bytes: number }
  | { readonly do: "seal" | "release" | "drop" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constantFrom("hold", "hold", "join"), bytes: fc.nat(30) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("seal", "release") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("drop") }) },
) as fc.Arbitrary<Step>;

Deno.test("outputGate does what one list with a mark does", () => {
  fc.assert(
    fc.property(
      fc.record({ messages: fc.integer({ min: 1, max: 12 }), bytes: fc.nat(200) }),
      fc.array(step, { maxLength: 100 }),
      (limits, steps) => {
        const gate = new OutputGate<number>(limits);
        let list: { readonly id: number; readonly bytes: number }[] = [];
        /** How many of the list the commit under way covers; null when none is under way. */
        let covered: number | null = null;
        for (const [id, step] of steps.entries()) {
          const bytes = list.reduce((sum, item) => sum + item.bytes, 0);
          switch (step.do) {
            case "hold":
            case "join": {
              const wanted = list.length + 1 > limits.messages
                ? "messages"
                : bytes + step.bytes > limits.bytes
                ? "bytes"
                : "held";
              assertEquals(gate[step.do](id, step.bytes), wanted);
              if (wanted !== "held") break;
              const item = { id, bytes: step.bytes };
              if (step.do === "hold" || covered === null) list.push(item);
              else list.splice(covered++, 0, item);
              break;
            }
            case "seal":
              if (covered !== null) {
                assertThrows(() => gate.seal(), Error, "A commit is under way already");
              } else {
                gate.seal();
                covered = list.length;
              }
              break;
            case "release": {
              const out: number[] = [];
              gate.release((item) => out.push(item));
              assertEquals(out, list.slice(0, covered ?? 0).map((item) => item.id));
              list = list.slice(covered ?? 0);
              covered = null;
              break;
            }
            case "drop":
              assertEquals(gate.drop(), list.length);
              list = [];
              covered = null;
              break;
          }
          assertEquals(
            [gate.heldMessages, gate.heldBytes],
            [list.length, list.reduce((sum, item) => sum + item.bytes, 0)],
          );
        }
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("outputGate.hold() counts messages at the limit, sealed ones included", () => {
  const gate = new OutputGate<string>({ ...ROOMY, messages: 3 });
  assertEquals(gate.hold("a", 1), "held");
  gate.seal();
  assertEquals([gate.hold("b", 1), gate.hold("c", 1), gate.hold("d", 1)], [
    "held",
    "held",
    "messages",
  ]);
  gate.release(() => {});
  assertEquals([gate.hold("d", 1), gate.hold("e", 1)], ["held", "messages"]);
});

Deno.test("outputGate.hold() counts bytes at the limit: one less, exact, one more", () => {
  for (const [bytes, wanted] of [[39, "held"], [40, "held"], [41, "bytes"]] as const) {
    const gate = new OutputGate<string>({ ...ROOMY, bytes: 100 });
    gate.hold("sealed", 60);
    gate.seal();
    assertEquals(gate.hold("open", bytes), wanted);
    assertEquals(gate.heldBytes, wanted === "held" ? 60 + bytes : 60);
  }
});

Deno.test("outputGate.release() lets nothing out that was said after the commit began", () => {
  const gate = new OutputGate<string>(ROOMY);
  gate.hold("before", 1);
  gate.seal();
  gate.hold("after", 1);
  const out: string[] = [];
  gate.release((item) => out.push(item));
  assertEquals(out, ["before"]);
  gate.release((item) => out.push(item));
  assertEquals(out, ["before"]);
  gate.seal();
  gate.release((item) => out.push(item));
  assertEquals(out, ["before", "after"]);
});

Deno.test("outputGate.seal() refuses a second commit even when the first covers no output", () => {
  const gate = new OutputGate<string>(ROOMY);
  gate.seal();
  gate.hold("said while the first is under way", 1);
  // Or the end of the first commit would let out what only the second covers.
  assertThrows(() => gate.seal(), Error, "A commit is under way already");
  const out: string[] = [];
  gate.release((item) => out.push(item));
  assertEquals(out, []);
});

Deno.test("outputGate.release() holds what is said while it lets out", () => {
  const gate = new OutputGate<string>(ROOMY);
  gate.hold("a", 1);
  gate.seal();
  const out: string[] = [];
  gate.release((item) => {
    out.push(item);
    gate.hold(`${item} again`, 2);
  });
  assertEquals([out.length, gate.heldMessages, gate.heldBytes], [1, 1, 2]);
});
