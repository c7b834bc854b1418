import { assertEquals } from "@std/assert";
import { actorId } from "../../lib/protocol/mod.ts";
import { CommandLog } from "../../lib/runner/command_log.ts";

const at = (actor: string, generation: number, index: number) => ({
  actorId: actorId(actor),
  generation,
  index: BigInt(index),
});

Deno.test("commandLog.accept() takes each (actor, generation, index) once", () => {
  const log = new CommandLog("generation");
  assertEquals(log.accept(at("a", 1, 0)), true);
  assertEquals(log.accept(at("a", 1, 0)), false);
  assertEquals(log.accept(at("a", 1, 1)), true);
  assertEquals(log.accept(at("a", 1, 0)), false);
  assertEquals(log.accept(at("b", 1, 0)), true);
});

Deno.test("commandLog.accept() takes index 0 again in a greater generation, never in a lesser", () => {
  const log = new CommandLog("generation");
  log.accept(at("a", 2, 5));
  assertEquals(log.accept(at("a", 3, 0)), true);
  assertEquals(log.accept(at("a", 2, 6)), false);
});

Deno.test("commandLog.takeAcks() has one checkpoint an actor, a repeated command included", () => {
  const log = new CommandLog("generation");
  log.accept(at("a", 1, 0));
  log.accept(at("a", 1, 1));
  log.accept(at("b", 4, 0));
  assertEquals(log.takeAcks(), { checkpoints: [at("a", 1, 1), at("b", 4, 0)] });
  assertEquals(log.takeAcks(), undefined);
  log.accept(at("a", 1, 0));
  assertEquals(log.takeAcks(), { checkpoints: [at("a", 1, 1)] });
});

Deno.test("commandLog.takeAcks() has one running number where the version knows no checkpoints", () => {
  const log = new CommandLog("running");
  assertEquals(log.lastIndex, null);
  log.accept(at("a", 1, 7));
  log.accept(at("b", 1, 8));
  assertEquals(log.takeAcks(), { upTo: 8n });
  assertEquals(log.lastIndex, 8n);
});

Deno.test("commandLog.clear() forgets how far it was", () => {
  const log = new CommandLog("running");
  log.accept(at("a", 1, 7));
  log.clear();
  assertEquals(log.lastIndex, null);
  assertEquals(log.takeAcks(), undefined);
});

Deno.test("commandLog.forget() lets an actor of the same generation start again", () => {
  const log = new CommandLog("generation");
  log.accept(at("a", 1, 0));
  log.forget(actorId("a"));
  assertEquals(log.accept(at("a", 1, 0)), true);
});
