/** States that do not fit into one put, and what today's ones look like. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { defineActor } from "../../lib/actor/mod.ts";
import { gatewayId, KV_LIMITS, type KvRequest, requestId } from "../../lib/protocol/mod.ts";
import { ONE_PUT_STATE_BYTES } from "../../lib/runner/commit_plan.ts";
import type { RunnerOptions } from "../../lib/runner/options.ts";
import { decodeSnapshot } from "../../lib/kept/snapshot.ts";
import { parseState } from "../../lib/kept/state_text.ts";
import { type FakeClient, nameOf, type RunnerWorld, runnerWorld } from "../support/fake_gateway.ts";

interface Large {
  count: number;
  text: string;
}

/** A message is the new length of its text, or "get"; it answers with both. */
const large = defineActor({
  state: (): Large => ({ count: 0, text: "" }),
  sleepAfter: false,
  websocket: {
    hibernate: true,
    message(actor, socket, data) {
      if (data !== "get") {
        actor.state.count++;
        actor.state.text = "x".repeat(Number(data));
      }
      socket.send(`${actor.state.count} ${actor.state.text.length}`);
    },
  },
});

const OVERHEAD = JSON.stringify([{ count: 1, text: 2 }, 1, ""]).length;

async function begin(
  options: Partial<RunnerOptions> = {},
): Promise<RunnerWorld & { readonly client: FakeClient }> {
  const world = await runnerWorld({ large }, options);
  await world.gateway.start("a", { name: "large" });
  return { ...world, client: await world.gateway.open("a") };
}

/** What is kept of the state and the one socket's index. */
function kept({ gateway }: RunnerWorld): { state: Large; index: number | undefined } {
  const snapshot = decodeSnapshot(
    gateway.kv.keys("a").map((key) => [
      Uint8Array.from(key.match(/../g)!, (digits) => parseInt(digits, 16)),
      gateway.kv.value("a", key)!,
    ]),
  );
  const state = snapshot.state === null ? { count: 0, text: "" } : parseState(snapshot.state);
  return { state: state as Large, index: snapshot.sockets[0]?.index };
}

/** Keys of all puts so far. */
function puts({ gateway }: RunnerWorld): string[][] {
  return gateway.kvRequests("put").map((put) => put.kind === "put" ? put.keys.map(nameOf) : []);
}

/** The store takes so many puts more, and refuses what follows. */
function stopAfter({ gateway }: RunnerWorld, left: number): void {
  gateway.kvMode = (request: KvRequest, actor: string) => {
    if (request.kind === "put" && left-- <= 0) {
      return { kind: "error", message: "kv.actor_full: The actor is full" };
    }
    return gateway.kv.apply(actor, request);
  };
}

Deno.test("snapshot of the version that knew only one put is read, and overwritten in its place", async () => {
  // Recorded from commit 2401217: its state had a text of 200 000 x and had counted two messages.
  const recorded: readonly (readonly [string, string])[] = [
    ["0068", `{"revision":3,"parts":2,"stateBytes":200027,"alarmTs":1800000000000}`],
    [
      "006d6761746500000001",
      String.raw`{"path":"/room?x=1","attachment":"[{\"name\":1},\"Ada\"]"}`,
    ],
    ["007300", `\x03\0\0\0[{"text":1,"count":2},"${"x".repeat(131_045)}`],
    ["007301", `\x03\0\0\0${"x".repeat(68_955)}",2]`],
    ["00776761746500000001", "\x02\0"],
  ];
  const world = await runnerWorld({ large });
  const { gateway, host } = world;
  for (const [key, text] of recorded) {
    const bytes = Uint8Array.from(key.match(/../g)!, (digits) => parseInt(digits, 16));
    gateway.kv.set("a", bytes, new TextEncoder().encode(text));
  }
  const socket = { gatewayId: gatewayId(0x67617465), requestId: requestId(1) };
  await gateway.start("a", { name: "large", hibernating: [socket] });
  assertEquals(gateway.eventNames("a"), ["running", "setAlarm"]);
  gateway.tunnel(socket.requestId, 3, {
    kind: "webSocketMessage",
    data: new TextEncoder().encode("150000"),
    binary: false,
  });
  await host.settle();
  assertEquals(puts(world), [["0068", "007300", "007301", "00776761746500000001"]]);
  assertEquals(kept(world), { state: { count: 3, text: "x".repeat(150_000) }, index: 3 });
  assertEquals(gateway.kv.keys("a"), recorded.map(([key]) => key));
});

Deno.test("large state goes ahead of the put that switches to it; its answer and ack come after that", async () => {
  const world = await begin();
  const { gateway, host, client } = world;
  gateway.kvMode = "hold";
  const before = puts(world).length;
  client.send("2500000");
  for (let put = 1; put <= 3; put++) {
    await host.settle();
    assertEquals([puts(world).length - before, client.texts(), client.acks()], [put, [], []]);
    assertEquals(kept(world), { state: { count: 0, text: "" }, index: 0 });
    gateway.answerKv(1);
  }
  await host.settle();
  assertEquals([client.texts(), client.acks()], [["1 2500000"], [1]]);
  const [first, second, last] = puts(world).slice(before);
  assertEquals([...first!, ...second!].every((key) => key.startsWith("0074")), true);
  assertEquals(last!.slice(0, 2), ["0068", "0077" + "67617465" + "00000001"]);
  // The parts of the small one are deleted.
  gateway.answerKv();
  await host.settle();
  assertEquals(gateway.kv.keys("a").filter((key) => key.startsWith("0073")), []);
  gateway.kvMode = "answer";
  await gateway.sleepAndWake("a", "large");
  client.send("get");
  await host.settle();
  assertEquals(client.texts().at(-1), "1 2500000");
});

Deno.test("failure in the middle of a large commit crashes the actor, and nothing of the half is seen", async () => {
  const world = await begin();
  const { gateway, host, client, log } = world;
  client.send("10");
  await host.settle();
  stopAfter(world, 2);
  client.send("2500000");
  await host.settle();
  assertEquals([client.texts(), client.acks(), client.isClosed], [["1 10"], [1], false]);
  assertEquals(log.of("commitFailed"), ["commitFailed a kv.actor_full: The actor is full"]);
  assertEquals(kept(world), { state: { count: 1, text: "x".repeat(10) }, index: 1 });
  assertEquals(gateway.kv.keys("a").some((key) => key.startsWith("0074")), true);
  // Its next life removes the half without having anything to write.
  gateway.kvMode = "answer";
  client.pending = [];
  await gateway.start("a", { name: "large", hibernating: gateway.hibernating("a") });
  assertEquals(gateway.kv.keys("a").filter((key) => key.startsWith("0074")), []);
});

Deno.test("actor that is broken off in the middle of a large commit writes no further", async () => {
  const world = await begin({ kvTimeoutMs: 60_000, pingTimeoutMs: 60_000 });
  const { gateway, host, client } = world;
  gateway.kvMode = "hold";
  client.send("2500000");
  await host.settle();
  const begun = puts(world).length;
  await gateway.stop("a");
  await host.advance(gateway.actorStopThresholdMs);
  assertEquals(gateway.eventNames("a").at(-1), "stopped error");
  // Its next life may have begun elsewhere by now.
  gateway.answerKv();
  await host.settle();
  assertEquals(puts(world).length, begun);
  assertEquals(kept(world), { state: { count: 0, text: "" }, index: 0 });
});

const size = fc.oneof(
  fc.constantFrom(KV_LIMITS.valueBytes - 5, KV_LIMITS.valueBytes - 4, KV_LIMITS.valueBytes - 3),
  fc.constantFrom(ONE_PUT_STATE_BYTES - 1, ONE_PUT_STATE_BYTES, ONE_PUT_STATE_BYTES + 1),
  fc.integer({ min: OVERHEAD, max: 3_000_000 }),
);

Deno.test("state grows and shrinks, and crashes after any put of a commit lose and leave nothing", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ size, taken: fc.nat({ max: 4 }) }), { minLength: 1, maxLength: 4 }),
      async (steps) => {
        const world = await begin();
        const { gateway, host, client } = world;
        for (const [i, { size, taken }] of steps.entries()) {
          const length = size - OVERHEAD;
          const old = kept(world);
          stopAfter(world, taken);
          client.send(String(length));
          await host.settle();
          const hasCrashed = gateway.eventNames("a").at(-1) === "stopped error";
          const seen = kept(world);
          if (hasCrashed) assertEquals([seen.index, seen.state.count], [i, i]);
          if (hasCrashed) assertEquals(seen.state.text === old.state.text, true);
          assertEquals(client.acks().length, hasCrashed ? i : i + 1);
          gateway.kvMode = "answer";
          if (hasCrashed) {
            await gateway.start("a", { name: "large", hibernating: gateway.hibernating("a") });
            gateway.replay();
            await host.settle();
          }
          const { state, index } = kept(world);
          assertEquals([state.count, state.text.length, index], [i + 1, length, i + 1]);
          assertEquals(client.acks().at(-1), i + 1);
          const parts = Math.ceil(size / (KV_LIMITS.valueBytes - 4));
          assertEquals(gateway.kv.keys("a").length, 3 + parts, "something is left over");
        }
      },
    ),
    { numRuns: 25, seed: 11 },
  );
});
