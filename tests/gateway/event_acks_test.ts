import { assertEquals } from "@std/assert";
import { EventAcks } from "../../lib/gateway/event_acks.ts";
import { actorId } from "../../lib/protocol/mod.ts";

const a = actorId("a");
const b = actorId("b");

Deno.test("eventAcks.take() gives the last of each actor and generation, once", () => {
  const acks = new EventAcks("generation");
  const of = (generation: number, index: bigint) => ({ actorId: a, generation, index });
  for (const checkpoint of [of(1, 0n), of(1, 1n), of(2, 0n)]) acks.add(checkpoint);
  assertEquals(acks.take(), { checkpoints: [of(1, 1n), of(2, 0n)] });
  assertEquals([acks.isEmpty, acks.take()], [true, { checkpoints: [] }]);
});

Deno.test("eventAcks: before v4 one number covers all", () => {
  const acks = new EventAcks("running");
  assertEquals(acks.lastIndex, -1n);
  acks.add({ actorId: a, generation: 1, index: 4n });
  acks.add({ actorId: b, generation: 1, index: 3n });
  assertEquals([acks.take(), acks.lastIndex], [{ upTo: 4n }, 4n]);
});
