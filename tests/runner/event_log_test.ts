import { assertEquals } from "@std/assert";
import { actorId } from "../../lib/protocol/mod.ts";
import { EventLog } from "../../lib/runner/event_log.ts";

const a = actorId("a");
const b = actorId("b");
const running = { kind: "running" } as const;
const stopped = { kind: "stopped", code: "ok", message: null } as const;

function eventLog(options: { limit?: number; perActor?: boolean } = {}) {
  const reached = { times: 0 };
  const log = new EventLog({
    limit: options.limit ?? 100,
    perActor: options.perActor ?? true,
    onLimit: () => reached.times++,
  });
  return { log, reached };
}

const indexes = (log: EventLog) =>
  log.all().map(({ checkpoint: { actorId, generation, index } }) =>
    `${actorId}${generation}:${index}`
  );

Deno.test("eventLog.push() numbers each actor's generation from 0", () => {
  const { log } = eventLog();
  log.push(a, 1, running);
  log.push(b, 1, running);
  log.push(a, 1, stopped);
  log.push(a, 2, running);
  assertEquals(indexes(log), ["a1:0", "a1:1", "a2:0", "b1:0"]);
});

Deno.test("eventLog.ack() forgets up to the checkpoint, of that generation and those before", () => {
  const { log } = eventLog();
  log.push(a, 1, running);
  log.push(a, 1, stopped);
  log.push(a, 2, running);
  log.ack({ checkpoints: [{ actorId: a, generation: 1, index: 0n }] });
  assertEquals(indexes(log), ["a1:1", "a2:0"]);
  log.ack({ checkpoints: [{ actorId: a, generation: 2, index: 0n }] });
  assertEquals(indexes(log), []);
  assertEquals(log.size, 0);
});

Deno.test("eventLog.ack() ignores an actor that has nothing unacked", () => {
  const { log } = eventLog();
  log.push(a, 1, running);
  log.ack({ checkpoints: [{ actorId: b, generation: 9, index: 9n }] });
  assertEquals(log.size, 1);
});

Deno.test("eventLog counts over all actors where the version knows no checkpoints", () => {
  const { log } = eventLog({ perActor: false });
  log.push(a, 1, running);
  log.push(b, 1, running);
  log.push(a, 1, stopped);
  assertEquals(indexes(log), ["a1:0", "b1:1", "a1:2"]);
  log.ack({ upTo: 1n });
  assertEquals(indexes(log), ["a1:2"]);
});

Deno.test("eventLog.push() holds as many as its limit, and forgets the oldest beyond", () => {
  const { log, reached } = eventLog({ limit: 3 });
  log.push(a, 1, running);
  log.push(b, 1, running);
  log.push(b, 1, stopped);
  assertEquals([log.size, reached.times], [3, 0]);
  log.push(b, 2, running);
  assertEquals([log.size, reached.times], [3, 1]);
  assertEquals(indexes(log), ["b1:0", "b1:1", "b2:0"]);
});
