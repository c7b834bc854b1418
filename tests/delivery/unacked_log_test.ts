import fc from "fast-check";
import { assertEquals } from "@std/assert";
import { UnackedLog, type UnackedLogOptions } from "../../lib/delivery/mod.ts";
import { type ActorCheckpoint, actorId, type Numbering } from "../../lib/protocol/mod.ts";

const a = actorId("a");
const b = actorId("b");

type Entry = { readonly checkpoint: ActorCheckpoint; readonly name: string };

class Log extends UnackedLog<Entry> {
  add(actor: ActorCheckpoint["actorId"], generation: number, name = ""): ActorCheckpoint {
    return this.push(actor, generation, (checkpoint) => ({ checkpoint, name })).checkpoint;
  }

  get left(): string[] {
    return this.all().map(({ checkpoint: { actorId, generation, index } }) =>
      `${actorId}${generation}:${index}`
    );
  }
}

const logOf = (numbering: Numbering, options: Partial<UnackedLogOptions<Entry>> = {}) =>
  new Log({ numbering, ...options });

Deno.test("unackedLog.push() numbers each generation of an actor from 0 since v5", () => {
  const log = logOf("generation");
  for (const [actor, generation] of [[a, 1], [b, 1], [a, 1], [a, 2]] as const) {
    log.add(actor, generation);
  }
  assertEquals(log.left, ["a1:0", "a1:1", "a2:0", "b1:0"]);
});

for (const numbering of ["running", "actor"] as const) {
  Deno.test(`unackedLog.push() lets one number run over all where numbering is ${numbering}`, () => {
    const log = logOf(numbering);
    for (const [actor, generation] of [[a, 1], [b, 1], [a, 1], [a, 2]] as const) {
      log.add(actor, generation);
    }
    assertEquals(log.left, ["a1:0", "b1:1", "a1:2", "a2:3"]);
  });
}

Deno.test("unackedLog.ack() forgets up to the checkpoint, of that generation and those before", () => {
  const log = logOf("generation");
  for (const generation of [1, 1, 2, 2, 3]) log.add(a, generation);
  log.add(b, 1);
  log.ack({ checkpoints: [{ actorId: a, generation: 2, index: 0n }] });
  assertEquals(log.left, ["a2:1", "a3:0", "b1:0"]);
  log.ack({ checkpoints: [{ actorId: actorId("nobody"), generation: 9, index: 9n }] });
  log.ack({ checkpoints: [{ actorId: a, generation: 1, index: 99n }] });
  assertEquals(log.left, ["a2:1", "a3:0", "b1:0"]);
  assertEquals(log.size, 3);
});

Deno.test("unackedLog.ack() goes by the index alone in v4, whose checkpoints name no generation", () => {
  const log = logOf("actor");
  for (const generation of [1, 2]) log.add(a, generation);
  log.add(b, 7);
  log.add(a, 3);
  log.ack({ checkpoints: [{ actorId: a, generation: 0, index: 1n }] });
  assertEquals(log.left, ["b7:2", "a3:3"]);
});

Deno.test("unackedLog.ack() of a running number covers every actor", () => {
  const log = logOf("running");
  for (const actor of [a, b, a, b]) log.add(actor, 1);
  log.ack({ upTo: 1n });
  assertEquals(log.left, ["a1:2", "b1:3"]);
  log.ack({ upTo: -1n });
  assertEquals(log.size, 2);
});

Deno.test("unackedLog.push() holds as many as its limit, and forgets the oldest beyond", () => {
  let reached = 0;
  const log = logOf("generation", { limit: 3, onLimit: () => reached++ });
  for (const [actor, generation] of [[a, 1], [b, 1], [b, 1]] as const) log.add(actor, generation);
  assertEquals([log.size, reached], [3, 0]);
  log.add(b, 2);
  assertEquals([log.size, reached], [3, 1]);
  assertEquals(log.left, ["b1:0", "b1:1", "b2:0"]);
});

Deno.test("unackedLog.forget() drops what an actor has left, and counts it from 0 again", () => {
  const log = logOf("generation");
  log.add(a, 1);
  log.add(b, 1);
  log.forget(a);
  assertEquals([log.left, log.size], [["b1:0"], 1]);
  assertEquals(log.add(a, 1).index, 0n);
});

Deno.test("unackedLog.close() keeps what is unacked", () => {
  const log = logOf("generation");
  log.add(a, 1);
  log.close(a);
  assertEquals(log.left, ["a1:0"]);
});

Deno.test("unackedLog: acks in any order leave what a plain list leaves", () => {
  const step = fc.record({
    actor: fc.constantFrom(a, b),
    ack: fc.option(fc.record({ generation: fc.nat(3), index: fc.nat(12) }), { freq: 2 }),
    ends: fc.boolean(),
  });
  fc.assert(fc.property(
    fc.constantFrom<Numbering>("running", "actor", "generation"),
    fc.array(step, { maxLength: 60 }),
    (numbering, steps) => {
      const log = logOf(numbering);
      let plain: ActorCheckpoint[] = [];
      const generation = new Map([[a, 0], [b, 0]]);
      for (const { actor, ack, ends } of steps) {
        if (ends) generation.set(actor, generation.get(actor)! + 1);
        plain.push(log.add(actor, generation.get(actor)!));
        if (ack === null) continue;
        const index = BigInt(ack.index);
        const covers = (own: ActorCheckpoint): boolean => {
          if (numbering === "running") return own.index <= index;
          if (own.actorId !== actor) return false;
          if (numbering === "actor") return own.index <= index;
          return own.generation < ack.generation ||
            own.generation === ack.generation && own.index <= index;
        };
        log.ack(
          numbering === "running"
            ? { upTo: index }
            : { checkpoints: [{ actorId: actor, generation: ack.generation, index }] },
        );
        plain = plain.filter((own) => !covers(own));
      }
      const key = ({ actorId, generation, index }: ActorCheckpoint) =>
        `${actorId}${generation}:${index}`;
      assertEquals(log.left.toSorted(), plain.map(key).toSorted());
      assertEquals(log.size, plain.length);
    },
  ));
});

Deno.test("unackedLog tells of each entry that it keeps no longer: acked, or forgotten at its limit", () => {
  const gone: string[] = [];
  const log = logOf("generation", { limit: 2, onGone: ({ name }) => void gone.push(name) });
  for (const name of ["first", "second"]) log.add(a, 1, name);
  assertEquals(gone, []);
  log.add(a, 1, "third");
  assertEquals(gone, ["first"]);
  log.ack({ checkpoints: [{ actorId: a, generation: 1, index: 2n }] });
  assertEquals([gone, log.left], [["first", "second", "third"], []]);
});
