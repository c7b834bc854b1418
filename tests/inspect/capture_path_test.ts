/** What is captured of messages that go through our gateway and our runner, in one process. */
import { assertEquals } from "@std/assert";
import { actors } from "../../actors/mod.ts";
import { STAGES } from "../../lib/inspect/capture/captured_message.ts";
import type { CapturedSocket } from "../../lib/inspect/capture/captured_socket.ts";
import { payloadText } from "../../lib/inspect/capture/payload.ts";
import { createInspector, type Inspector } from "../../lib/inspect/mod.ts";
import type { RequestId } from "../../lib/protocol/mod.ts";
import { Embedded } from "../cost/embedded.ts";

const SLEEP_MS = 120_000;

async function start(): Promise<{ embedded: Embedded; of: (id: RequestId) => CapturedSocket }> {
  let inspector!: Inspector;
  const embedded = await Embedded.start(actors, {
    inspect: (host) => inspector = createInspector({ host, role: "all" }),
  });
  return { embedded, of: (id) => inspector.inspected.capture.get(id)! };
}

/** Each captured message: whose, its index, its text, the stages it has not come to, its commit. */
function shown({ trail }: CapturedSocket): string[] {
  return Array.from({ length: trail?.size ?? 0 }, (_, i) => {
    const { from, index, payload, reached, commit } = trail!.at(trail!.first + i);
    const missing = STAGES[from].filter((_, place) => reached[place]! < 0).join();
    return `${from} ${index} ${payloadText(payload!)} [${missing}]${commit > 0 ? " kept" : ""}`;
  });
}

Deno.test("a message on a plain socket and its answer are seen at every stage that they have", async () => {
  const { embedded, of } = await start();
  await using _end = embedded;
  const opened = await embedded.open("echo", 1, "/?hibernate=0");
  await embedded.talk(opened, 1, "hello");
  await embedded.talk(opened, 1, Uint8Array.of(65, 66));
  assertEquals(shown(of(opened[0]!.socket.requestId)), [
    "client 1 hello [committed,acked]",
    "actor 1 hello []",
    "client 2 AB [committed,acked]",
    "actor 2 AB []",
  ]);
});

Deno.test("a message to an actor with a state is seen with the commit that covers it", async () => {
  const { embedded, of } = await start();
  await using _end = embedded;
  const opened = await embedded.open("counter", 1);
  await embedded.talk(opened, 2, "inc");
  await embedded.world.host.advance(1_000);
  const lines = shown(of(opened[0]!.socket.requestId));
  assertEquals(lines.filter((line) => line.startsWith("client")), [
    "client 1 inc [] kept",
    "client 2 inc [] kept",
  ]);
  assertEquals(lines.every((line) => line.includes("[]")), true, lines.join("\n"));
});

Deno.test("a socket is followed across its actor's sleep, and keeps what was captured before", async () => {
  const { embedded, of } = await start();
  await using _end = embedded;
  const [opened] = await embedded.open("echo", 1);
  const { socket } = opened!;
  await embedded.talk([opened!], 1, "before");
  const before = shown(of(socket.requestId)).length;
  await embedded.world.host.advance(SLEEP_MS);
  assertEquals(socket.phase, "hibernating");
  await embedded.talk([opened!], 1, "after");
  await embedded.world.host.advance(1_000);
  const captured = of(socket.requestId);
  assertEquals(shown(captured).slice(before), [
    "client 2 after [committed]",
    "actor 0 after []",
  ]);
  const { resent, repeatedOfClient, repeatedOfActor } = captured.counts;
  assertEquals([resent, repeatedOfClient, repeatedOfActor], [0, 0, 0]);
});

Deno.test("nothing is left of a socket that has said nothing, once both sides are done with it", async () => {
  const { embedded, of } = await start();
  await using _end = embedded;
  const [quiet, talked] = await embedded.open("echo", 2);
  await embedded.talk([talked!], 1, "hello");
  for (const { socket } of [quiet!, talked!]) socket.clientClosed(1000, "");
  await embedded.world.host.advance(1_000);
  assertEquals(of(quiet!.socket.requestId), undefined);
  assertEquals(shown(of(talked!.socket.requestId)).length, 2);
});
