import { assertEquals } from "@std/assert";
import { outcomeSentence, planSentences } from "../../components/act/sentences.ts";
import { eventText } from "../../components/EventLog.tsx";
import { choicesOf, socketUrl } from "../../components/samples.ts";
import type { HibernatePlan, RunnerView } from "../../lib/gateway/view.ts";
import { actorId, runnerId } from "../../lib/protocol/mod.ts";

const PLAN: HibernatePlan = {
  actorId: actorId("a1"),
  phase: "running",
  socketsKept: 2,
  socketsClosed: 0,
  messagesReplayed: 0,
  requestsInFlight: 0,
};

Deno.test("planSentences() says what stays, what closes and what would wake it again", () => {
  assertEquals(planSentences(PLAN), [
    "It commits its state and leaves the runner's memory",
    "2 sockets stay connected and hibernate",
  ]);
  const busy = { socketsKept: 1, socketsClosed: 1, messagesReplayed: 3, requestsInFlight: 1 };
  assertEquals(planSentences({ ...PLAN, ...busy }), [
    "It commits its state and leaves the runner's memory",
    "1 socket stays connected and hibernates",
    "1 socket that cannot hibernate closes: 1000 actor.stopped",
    "3 messages not acked yet would be sent again, and wake it at once",
    "1 request in flight may wake it again",
  ]);
  assertEquals(planSentences({ ...PLAN, socketsKept: 0 })[1], "No socket has to be kept open");
  assertEquals(planSentences({ ...PLAN, phase: "asleep" }), [
    "It is asleep already: nothing would change",
  ]);
});

Deno.test("planSentences() at a runner says what it can, and that the gateway decides", () => {
  const busy = { messagesReplayed: 1, requestsInFlight: 2 };
  assertEquals(planSentences({ ...PLAN, ...busy }, true).slice(2), [
    "1 message not handled yet would be sent again, and wake it at once",
    "2 requests in flight would be answered before",
    "The gateway decides, and wakes it again if it holds more for it",
  ]);
});

Deno.test("outcomeSentence() says what happened, for each result", () => {
  const outcome = { ...PLAN, tookMs: 1.25, detail: "Something was waiting for it" };
  const said = (result: "asleep" | "already_asleep" | "woken_again" | "failed"): string =>
    outcomeSentence("counter/demo", { ...outcome, result });
  assertEquals(said("asleep"), "counter/demo fell asleep in 1.3 ms: 2 sockets kept, 0 closed");
  assertEquals(said("already_asleep"), "counter/demo was asleep already");
  assertEquals(
    said("woken_again"),
    "counter/demo slept and is awake again: something was waiting for it",
  );
  assertEquals(said("failed"), "counter/demo did not fall asleep: something was waiting for it");
});

Deno.test("eventText() tells a wake's cause and latency, a sleep's sockets, and who is slow", () => {
  const of = { id: 1, ts: 0, actorId: actorId("a1"), actorName: "counter" };
  assertEquals(
    eventText({ ...of, kind: "wake", cause: "message", latencyMs: 0.42 }),
    "by message in 0.42 ms",
  );
  assertEquals(
    eventText({ ...of, kind: "wake", cause: null, latencyMs: 3 }),
    "loaded in 3 ms, cause not known here",
  );
  assertEquals(eventText({ ...of, kind: "sleep", kept: 1, closed: 2 }), "1 socket kept, 2 closed");
  assertEquals(eventText({ ...of, kind: "sleep", kept: 0, closed: 0 }), "left memory");
  const slow = { id: 1, ts: 0, actorId: of.actorId, who: "client", requestId: "0000002a" } as const;
  assertEquals(
    eventText({ ...slow, kind: "slow" }),
    "the client of socket 0000002a does not keep up",
  );
  assertEquals(
    eventText({ ...slow, kind: "caught_up" }),
    "the client of socket 0000002a has caught up",
  );
});

Deno.test("choicesOf() offers what connected runners announce, the samples first", () => {
  const runner = {
    runnerId: runnerId("r1"),
    name: "default",
    version: 1,
    protocolVersion: 7,
    transport: "memory",
    state: "connected",
    totalSlots: 1,
    actors: 0,
    roundTripMs: null,
    connectedTs: 0,
    actorNames: ["a", "echo", "counter"],
  } as const;
  const offered = (...runners: RunnerView[]): string[] =>
    choicesOf(runners).map(({ name, runner }) => `${name} of ${runner}`);
  const gpu = { ...runner, name: "gpu", actorNames: ["z", "a"] };
  assertEquals(offered(runner, gpu), [
    "counter of default",
    "echo of default",
    "a of default",
    "z of gpu",
  ]);
  assertEquals(offered({ ...runner, state: "disconnected" }, gpu), ["a of gpu", "z of gpu"]);
  assertEquals(offered({ ...runner, actorNames: [] }).length, 4);
});

Deno.test("socketUrl() names actor and key, and asks for what cannot hibernate", () => {
  const gateway = { url: "https://gateway.example:6420", namespace: "default" };
  const url = new URL(socketUrl(gateway, "counter", "a b/c", false, "default"));
  assertEquals([url.protocol, url.host, url.pathname], [
    "wss:",
    "gateway.example:6420",
    "/gateway/counter/",
  ]);
  assertEquals(Object.fromEntries(url.searchParams), {
    "rvt-namespace": "default",
    "rvt-method": "getOrCreate",
    "rvt-runner": "default",
    "rvt-key": "a b/c",
    "hibernate": "0",
  });
  const below = { url: "http://x/engine", namespace: "prod" };
  const other = new URL(socketUrl(below, "echo", "k", true, "gpu"));
  assertEquals([other.protocol, other.pathname], ["ws:", "/engine/gateway/echo/"]);
  assertEquals(
    [other.searchParams.get("rvt-namespace"), other.searchParams.get("rvt-runner")],
    ["prod", "gpu"],
  );
});
