import { assertEquals, assertMatch } from "@std/assert";
import { gatewayLog, limitVariable, runnerLog, storeLog } from "../../lib/inspect/operator_log.ts";
import { configureLogging, resetLogging, roomLogger } from "../../lib/log/mod.ts";
import { GATEWAY_VARIABLES } from "../../lib/config/gateway_variables.ts";
import { RUNNER_VARIABLES } from "../../lib/config/runner_variables.ts";
import { STORE_VARIABLES } from "../../lib/config/store_variables.ts";
import { actorId, requestId, runnerId } from "../../lib/protocol/mod.ts";

const gateway = gatewayLog(roomLogger("gateway"));
const actor = actorId("a1");
const runner = runnerId("r1");

/** What is logged, each line as `level: text`. */
function linesOf(log: () => void): string[] {
  const lines: string[] = [];
  configureLogging({
    level: "info",
    format: "text",
    write: (line) => lines.push(line.replace(/^\S+ \[(\w+)\] [\w.]+: /, "$1: ")),
  });
  try {
    log();
  } finally {
    resetLogging();
  }
  return lines;
}

Deno.test("limitVariable() is the variable that the configuration knows, for every option", () => {
  for (
    const [room, variables] of [
      ["gateway", GATEWAY_VARIABLES],
      ["runner", RUNNER_VARIABLES],
      ["store", STORE_VARIABLES],
    ] as const
  ) {
    for (const { option, name } of variables) assertEquals(limitVariable(room, option), name);
  }
});

Deno.test("operator log names the variable of a limit that is reached", () => {
  assertEquals(
    linesOf(() => {
      gateway.limitReached!("clientBufferBytes", 5);
      runnerLog(roomLogger("runner")).limitReached!("webSocketMessageBytes", 6);
      storeLog(roomLogger("store")).limitReached!("queuedBytes", 7);
    }),
    [
      "warning: Limit clientBufferBytes=5 of the gateway reached (DORMOUSE_GATEWAY_CLIENT_BUFFER_BYTES)",
      "warning: Limit webSocketMessageBytes=6 of the runner reached (DORMOUSE_RUNNER_WEBSOCKET_MESSAGE_BYTES)",
      "warning: Limit queuedBytes=7 of the store reached (DORMOUSE_STORE_QUEUED_BYTES)",
    ],
  );
});

Deno.test("operator log tells when commits begin to fail and when they are through again", () => {
  const log = storeLog(roomLogger("store"));
  const lines = linesOf(() => {
    log.committed!(1, 0, 1);
    for (let i = 0; i < 3; i++) log.commitFailed!(8, "no room");
    for (let i = 0; i < 3; i++) log.committed!(1, 0, 1);
    log.commitFailed!(9, "no room again");
  });
  assertEquals(lines, [
    "error: A transaction of 8 operations failed: no room",
    "warning: Commits are durable again, 3 transactions failed before",
    "error: A transaction of 9 operations failed: no room again",
  ]);
});

Deno.test("operator log names who is slow, on which socket, and says when it is not any more", () => {
  assertEquals(
    linesOf(() => {
      gateway.pace!(actorId("a"), requestId(42), "client", true);
      gateway.pace!(actorId("a"), requestId(42), "client", false);
    }),
    [
      "warning: The client of socket 0000002a of actor a is slow",
      "info: The client of socket 0000002a of actor a has caught up",
    ],
  );
});

Deno.test("operator log counts lost messages in the number that they have", () => {
  const log = runnerLog(roomLogger("runner"));
  assertEquals(
    linesOf(() => {
      log.outgoingLost!(1);
      log.outgoingLost!(2);
    }),
    ["warning: 1 outgoing message was lost", "warning: 2 outgoing messages were lost"],
  );
});

Deno.test("operator log warns of a runner's times that contradict its gateway's", () => {
  const log = runnerLog(roomLogger("runner"));
  assertEquals(linesOf(() => log.timersContradict!("a is 2, wanted: a ≤ b (1), because so")), [
    "warning: The gateway's times and this runner's contradict each other: " +
    "a is 2, wanted: a ≤ b (1), because so",
  ]);
});

Deno.test("operator log tells a crash once: where its runner is, with the stack of the author's error", () => {
  const log = runnerLog(roomLogger("runner"));
  const crash = (why: string, here: boolean, cause?: Error) =>
    linesOf(() => {
      log.commitFailed?.(actor, why);
      log.actorStopped!(actor, "counter", 1, "error", why, cause);
      gateway.actorCrashed!(actor, "counter", why, here);
    });
  assertEquals(crash("kv.actor_full: The actor is full", true), [
    "error: Actor a1 (counter) crashed: kv.actor_full: The actor is full",
  ]);
  const [line, ...more] = crash("boom", true, new Error("boom"));
  assertEquals(more, []);
  assertMatch(line!, /^error: Actor a1 \(counter\) crashed: Error: boom\n +at .*operator_log_test/);
  // A gateway that hears of it from afar is alone to tell.
  assertEquals(
    linesOf(() => gateway.actorCrashed!(actor, "counter", "boom", false)),
    ["error: Actor a1 (counter) crashed: boom"],
  );
  assertEquals(linesOf(() => log.actorStopped!(actor, "counter", 1, "ok", "stopped")), []);
});

Deno.test("operator log warns of a tunnel that broke, and not of one that was closed in good order", () => {
  const end = (reason: string) =>
    linesOf(() => {
      gateway.runnerDisconnected!(runner, reason);
      gateway.runnerLost!(runner, reason);
    }).map((line) => line.split(":")[0]);
  assertEquals(end("1000 pegboard.runner_shutdown"), ["info", "info"]);
  assertEquals(end("1012 guard.gateway_shutdown"), ["info", "info"]);
  assertEquals(end("1006"), ["warning", "warning"]);
  assertEquals(end("1011 ws.timed_out_waiting_for_pong#1"), ["warning", "warning"]);
});

Deno.test("operator log says once what to do about a gateway that refuses the runner", () => {
  const log = runnerLog(roomLogger("runner"));
  const retry = (detail: string) => linesOf(() => log.connection!("reconnecting", detail));
  const forbidden = "1011 api.forbidden#handshake";
  const [line, ...more] = retry(forbidden);
  assertEquals(more, []);
  assertMatch(line!, /^error: .*api\.forbidden.*RIVET_TOKEN must be the gateway's admin token/);
  assertEquals(retry(forbidden), []);
  assertEquals(retry("1006"), ["info: Tunnel reconnecting 1006"]);
  assertEquals(retry(forbidden), []);
  assertMatch(retry("1011 namespace.not_found#handshake")[0]!, /^error: .*RIVET_NAMESPACE/);
  assertMatch(retry("1011 guard.missing_header#handshake")[0]!, /^error: .*RIVET_TOKEN/);
  assertMatch(retry("1011 ws.invalid_url#handshake")[0]!, /^error: .*RIVET_ENDPOINT/);
  const unspoken = "1011 ws.invalid_packet#version 9 is not spoken, 1 to 7 are";
  assertMatch(retry(unspoken)[0]!, /^error: .*DORMOUSE_PROTOCOL_VERSION/);
  // Once it was let in, a refusal is news again.
  assertEquals(linesOf(() => log.connection!("connected", "r1")), ["info: Tunnel connected r1"]);
  assertMatch(retry("1011 ws.invalid_url#handshake")[0]!, /^error: /);
});
