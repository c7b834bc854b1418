import { assertEquals } from "@std/assert";
import { CommandOutbox } from "../../lib/gateway/command_outbox.ts";
import { EventAcks } from "../../lib/gateway/event_acks.ts";
import { type ActorCommand, actorId } from "../../lib/protocol/mod.ts";

const a = actorId("a");
const b = actorId("b");
const stop: ActorCommand = { kind: "stop" };

const left = (outbox: CommandOutbox): string[] =>
  outbox.unacked.map(({ checkpoint }) =>
    `${checkpoint.actorId} ${checkpoint.generation} ${checkpoint.index}`
  );

Deno.test("commandOutbox.add() numbers each actor and generation from 0", () => {
  const outbox = new CommandOutbox({ perActor: true });
  for (const [id, generation] of [[a, 1], [a, 1], [b, 4], [a, 2]] as const) {
    outbox.add(id, generation, stop);
  }
  assertEquals(left(outbox), ["a 1 0", "a 1 1", "a 2 0", "b 4 0"]);
});

Deno.test("commandOutbox.ack() lets go up to its index, and of every generation before", () => {
  const outbox = new CommandOutbox({ perActor: true });
  for (const generation of [1, 1, 2, 2, 3]) outbox.add(a, generation, stop);
  outbox.add(b, 1, stop);
  outbox.ack({ checkpoints: [{ actorId: a, generation: 2, index: 0n }] });
  assertEquals(left(outbox), ["a 2 1", "a 3 0", "b 1 0"]);
  outbox.ack({ checkpoints: [{ actorId: actorId("nobody"), generation: 9, index: 9n }] });
  outbox.ack({ checkpoints: [{ actorId: a, generation: 1, index: 99n }] });
  assertEquals(left(outbox), ["a 2 1", "a 3 0", "b 1 0"]);
  outbox.forget(a);
  assertEquals(left(outbox), ["b 1 0"]);
});

Deno.test("commandOutbox: before v4 one number runs over all actors", () => {
  const outbox = new CommandOutbox({ perActor: false });
  for (const id of [a, b, a, b]) outbox.add(id, 1, stop);
  assertEquals(left(outbox), ["a 1 0", "b 1 1", "a 1 2", "b 1 3"]);
  outbox.ack({ upTo: 1n });
  assertEquals(left(outbox), ["a 1 2", "b 1 3"]);
});

Deno.test("eventAcks.take() gives the last of each actor and generation, once", () => {
  const acks = new EventAcks({ perActor: true });
  const of = (generation: number, index: bigint) => ({ actorId: a, generation, index });
  for (const checkpoint of [of(1, 0n), of(1, 1n), of(2, 0n)]) acks.add(checkpoint);
  assertEquals(acks.take(), { checkpoints: [of(1, 1n), of(2, 0n)] });
  assertEquals([acks.isEmpty, acks.take()], [true, { checkpoints: [] }]);
});

Deno.test("eventAcks: before v4 one number covers all", () => {
  const acks = new EventAcks({ perActor: false });
  assertEquals(acks.lastIndex, -1n);
  acks.add({ actorId: a, generation: 1, index: 4n });
  acks.add({ actorId: b, generation: 1, index: 3n });
  assertEquals([acks.take(), acks.lastIndex], [{ upTo: 4n }, 4n]);
});
