import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type MessageIndex, messageIndex } from "../../../lib/protocol/mod.ts";
import type { Promises } from "../../../lib/inspect/promises/promises.ts";
import { SocketCheck } from "../../../lib/inspect/promises/socket_check.ts";

type Step =
  | readonly ["said" | "handled" | "left" | "delivered" | "ack" | "ackElsewhere", number]
  | readonly ["begins"];

/** What is found broken, in order. Indexes count from `base`. */
function found(steps: readonly Step[], base = 0): { broken: string[]; checked: number } {
  const promises = { checked: 0 };
  const check = new SocketCheck(promises as Promises);
  const at = (number: number): MessageIndex => messageIndex((base + number) & 0xffff);
  const broken: string[] = [];
  for (const step of steps) {
    const [what, number = 0] = step as readonly [string, number?];
    const seen = what === "begins"
      ? check.begins()
      : what === "said"
      ? check.said(at(number))
      : what === "handled"
      ? check.handled(at(number))
      : what === "left"
      ? check.left(at(number))
      : what === "delivered"
      ? check.delivered(at(number))
      : check.ack(at(number), what === "ack");
    if (seen !== undefined) broken.push(seen.kind);
  }
  return { broken, checked: promises.checked };
}

for (
  const [of, steps, broken] of [
    ["a message that is handled and acked", [["said", 1], ["handled", 1], ["ack", 1]], []],
    ["one that was skipped", [["said", 1], ["said", 2], ["handled", 2]], ["lost"]],
    [
      "one that was skipped later",
      [["said", 1], ["said", 2], ["said", 3], ["handled", 1], ["handled", 3]],
      ["lost"],
    ],
    ["one that was never said", [["said", 1], ["handled", 1], ["handled", 2]], ["lost"]],
    ["the same twice in one life", [["said", 1], ["handled", 1], ["handled", 1]], ["reordered"]],
    [
      "two in the wrong order",
      [["said", 1], ["said", 2], ["said", 3], ["handled", 1], ["handled", 3], ["handled", 2]],
      ["lost", "reordered"],
    ],
    [
      "what was not acked again in the next life",
      [["said", 1], ["said", 2], ["handled", 1], ["handled", 2], ["ack", 1], ["begins"], [
        "handled",
        2,
      ]],
      [],
    ],
    [
      "what was acked again in the next life",
      [["said", 1], ["handled", 1], ["ack", 1], ["begins"], ["handled", 1]],
      ["doubled"],
    ],
    [
      "the next life goes on behind what was handled",
      [["said", 1], ["said", 2], ["said", 3], ["handled", 1], ["begins"], ["handled", 3]],
      ["lost"],
    ],
    ["an ack of what was not handled", [["said", 1], ["said", 2], ["handled", 1], ["ack", 2]], [
      "lost",
    ]],
    [
      "an ack that covers the client's close",
      [["said", 1], ["handled", 1], ["ack", 2]],
      [],
    ],
    [
      "what another runner has handled and acked",
      [["said", 1], ["said", 2], ["said", 3], ["handled", 1], ["ackElsewhere", 2], ["begins"], [
        "handled",
        3,
      ]],
      [],
    ],
    ["an answer", [["left", 7], ["left", 8], ["delivered", 7], ["delivered", 8]], []],
    ["an answer that is missing", [["left", 7], ["left", 8], ["delivered", 8]], ["lost"]],
    ["an answer that comes twice", [["left", 7], ["delivered", 7], ["delivered", 7]], ["doubled"]],
    ["answers of before it looked", [["delivered", 5], ["left", 7], ["delivered", 6]], []],
    [
      "answers in the wrong order",
      [["left", 7], ["left", 8], ["delivered", 8], ["delivered", 7]],
      ["lost", "doubled"],
    ],
  ] as [string, Step[], string[]][]
) {
  Deno.test(`promises: ${of} is ${broken.join(" and ") || "as promised"}`, () => {
    assertEquals(found(steps).broken, broken);
    assertEquals(found(steps, 65_534).broken, broken, "where indexes begin anew");
  });
}

/** A history of one socket as it may be: handled in order, done again from the last ack after a life. */
const histories = fc.array(
  fc.constantFrom("say", "handle", "ack", "answer", "deliver", "life"),
  { maxLength: 200 },
);

function stepsOf(history: readonly string[]): { steps: Step[]; all: number } {
  const steps: Step[] = [];
  let [said, handled, acked, left, delivered, all] = [0, 0, 0, 0, 0, 0];
  for (const what of history) {
    if (what === "say") steps.push(["said", ++said]);
    else if (what === "handle" && handled < said) {
      steps.push(["handled", ++handled]);
      all++;
    } else if (what === "ack" && acked < handled) steps.push(["ack", acked = handled]);
    else if (what === "answer" && said > 0) steps.push(["left", left++]);
    else if (what === "deliver" && delivered < left) {
      steps.push(["delivered", delivered++]);
      all++;
    } else if (what === "life" && delivered === left) {
      steps.push(["begins"]);
      handled = acked;
    }
  }
  return { steps, all };
}

Deno.test("promises: whatever may happen is as promised, and every message is looked at", () => {
  fc.assert(fc.property(histories, fc.nat(65_535), (history, base) => {
    const { steps, all } = stepsOf(history);
    assertEquals(found(steps, base), { broken: [], checked: all });
  }));
});

Deno.test("promises: one step that is left out, or comes twice, is seen", () => {
  fc.assert(fc.property(histories, fc.nat(), fc.boolean(), (history, seed, isTwice) => {
    const { steps } = stepsOf(history);
    const places = steps.flatMap(([what], at) =>
      what === "handled" || what === "delivered" ? [at] : []
    );
    fc.pre(places.length > 0);
    const at = places[seed % places.length]!;
    const kind = steps[at]![0];
    const later = steps.slice(at + 1).findIndex(([what]) => what === kind || what === "begins");
    // What is missing at the end may still come.
    fc.pre(isTwice || later !== -1 && steps[at + 1 + later]![0] === kind);
    // A life that does it again is no harm.
    const changed = isTwice ? steps.toSpliced(at, 0, steps[at]!) : steps.toSpliced(at, 1);
    assertEquals(found(changed).broken.length > 0, true, JSON.stringify(changed));
  }));
});

Deno.test("promises: an actor that says more than can be followed is followed again later", () => {
  const many: Step[] = Array.from({ length: 1_100 }, (_, i) => ["left", i]);
  const all: Step[] = Array.from({ length: 1_100 }, (_, i) => ["delivered", i]);
  assertEquals(found([...many, ...all]).broken, []);
  assertEquals(
    found([...many, ...all, ["left", 1_100], ["left", 1_101], ["delivered", 1_101]]).broken,
    ["lost"],
  );
});
