import { assert, assertEquals, assertMatch } from "@std/assert";
import { VirtualHost } from "../../../lib/host/virtual_host.ts";
import { INSPECT_LIMITS, type InspectLimits } from "../../../lib/inspect/mod.ts";
import { Secrets } from "../../../lib/inspect/secrets.ts";
import { decodedText } from "../../../lib/inspect/trace/decoded.ts";
import type { Frame } from "../../../lib/inspect/trace/frame.ts";
import { frameDetail, type FrameFilter, frameRows } from "../../../lib/inspect/trace/frame_rows.ts";
import { Trace } from "../../../lib/inspect/trace/trace.ts";
import {
  actorId,
  type FrameTracer,
  gatewayId,
  messageIndex,
  requestId,
  runnerId,
  type ToClient,
  type ToServer,
  type TracedFrame,
} from "../../../lib/protocol/mod.ts";

const R1 = runnerId("r1");
const secrets = new Secrets(["pin"]);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What a client says, on the way to its runner. */
function said(data: string | Uint8Array, of = 5): Extract<TracedFrame, { message: ToClient }> {
  const isText = typeof data === "string";
  return {
    runnerId: R1,
    direction: "toRunner",
    bytes: 40,
    message: {
      kind: "tunnel",
      messageId: {
        gatewayId: gatewayId(1),
        requestId: requestId(of),
        messageIndex: messageIndex(3),
      },
      body: {
        kind: "webSocketMessage",
        data: isText ? bytes(data) : data,
        binary: !isText,
      },
    },
  };
}

const toRunner = (message: ToClient): TracedFrame => ({
  runnerId: R1,
  direction: "toRunner",
  bytes: 9,
  message,
});
const toGateway = (message: ToServer): TracedFrame => ({
  runnerId: R1,
  direction: "toGateway",
  bytes: 9,
  message,
});

function setup(limits: Partial<InspectLimits> = {}, payloads = true) {
  const host = new VirtualHost();
  const reached: string[] = [];
  const trace = new Trace({
    host,
    limits: { ...INSPECT_LIMITS, ...limits },
    secrets,
    payloads,
    limitReached: (limit) => reached.push(limit),
  });
  let tracer: FrameTracer | undefined;
  const source = { gateway: { trace: (to: FrameTracer | undefined) => void (tracer = to) } };
  return {
    host,
    trace,
    reached,
    watch: () => trace.watch(source as never),
    /** What gateway and runner have: undefined unless somebody watches. */
    tracer: () => tracer,
    tell: (...frames: TracedFrame[]) => frames.forEach((frame) => tracer?.(frame)),
  };
}

const rows = (trace: Trace, filter: FrameFilter = {}, sight: "view" | "payload" = "payload") =>
  frameRows(trace, filter, 0, 100, sight).rows;

Deno.test("gateway and runner have a tracer from the first watcher to the last, and none else", () => {
  const { trace, watch, tracer, tell, host } = setup();
  assertEquals([tracer(), trace.isOn], [undefined, false]);
  const leave = watch();
  const leaveToo = watch();
  tell(said("one"));
  leave();
  leave();
  assert(trace.isOn);
  tell(said("two"));
  leaveToo();
  assertEquals([tracer(), trace.isOn, host.timers], [undefined, false, 0]);
  tell(said("nobody sees this"));
  // What was noted stays, and where another trace begins is told.
  const again = watch();
  tell(said("three"));
  assertEquals(rows(trace).map(({ id, isFirst }) => [id, isFirst]), [
    [3, true],
    [2, false],
    [1, true],
  ]);
  again();
});

Deno.test("at `tracedFrames` and at `traceBytes` the oldest go", () => {
  const few = setup({ tracedFrames: 2 });
  few.watch();
  few.tell(said("a"), said("b"), said("c"));
  assertEquals(rows(few.trace).map(({ id }) => id), [3, 2]);
  assertEquals(frameRows(few.trace, {}, 0, 100, "payload").forgotten, 1);

  const small = setup();
  small.watch();
  small.tell(said("a"));
  const one = small.trace.bytes;
  const bounded = setup({ traceBytes: 3 * one });
  bounded.watch();
  bounded.tell(said("a"), said("b"), said("c"));
  assertEquals([bounded.trace.frames.length, bounded.trace.bytes], [3, 3 * one]);
  bounded.tell(said("d"));
  assertEquals(bounded.trace.frames.map(({ id }) => id), [2, 3, 4]);
  bounded.tell(said("x".repeat(10_000)));
  assert(bounded.trace.bytes <= 3 * one);
});

Deno.test("beyond `tracedPerSecond` frames are counted, and the next says how many", async () => {
  const { trace, tell, watch, host, reached } = setup({ tracedPerSecond: 2 });
  const leave = watch();
  tell(said("a"), said("b"), said("c"), said("d"));
  assertEquals([trace.frames.length, reached], [2, ["tracedPerSecond"]]);
  await host.advance(1_000);
  tell(said("e"));
  assertEquals(trace.frames.map(({ id, skipped }) => [id, skipped]), [[1, 0], [2, 0], [3, 2]]);
  leave();
});

Deno.test("a payload is cut to `captureMessageBytes`, a message's all together, and says its size", () => {
  const text = decodedText(said("0123456789").message, 4, secrets);
  assertMatch(text, /"data":\{"\$text":"0123","\$of":10\}/);
  const put = decodedText(
    {
      kind: "kvRequest",
      actorId: actorId("a"),
      requestId: 1,
      request: { kind: "put", keys: [bytes("k")], values: [bytes("0123456789"), bytes("x")] },
    },
    7,
    secrets,
  );
  assertEquals(JSON.parse(put).request, {
    kind: "put",
    keys: ["k"],
    values: [{ $text: "01234", $of: 10 }, { $text: "", $of: 1 }],
  });
  const many = decodedText(
    {
      kind: "kvRequest",
      actorId: actorId("a"),
      requestId: 1,
      request: { kind: "get", keys: Array.from({ length: 100 }, () => Uint8Array.of(255)) },
    },
    4_096,
    secrets,
  );
  assertEquals(JSON.parse(many).request.keys.length, 65);
  assertEquals(JSON.parse(many).request.keys.at(-1), { $more: 36 });
});

Deno.test("a character that is cut in two does not make bytes of a text", () => {
  const { body } = JSON.parse(decodedText(said("aé").message, 2, secrets));
  assertEquals(body.data, { $text: "a", $of: 3 });
});

Deno.test("secrets are gone before a frame is kept: in headers, paths, subprotocols and JSON", () => {
  const { trace, watch, tell } = setup();
  watch();
  tell(
    toRunner({
      kind: "tunnel",
      messageId: {
        gatewayId: gatewayId(1),
        requestId: requestId(5),
        messageIndex: messageIndex(0),
      },
      body: {
        kind: "webSocketOpen",
        actorId: actorId("a1"),
        path: "/room?token=PLAIN&x=1",
        headers: new Map([
          ["authorization", "Bearer PLAIN"],
          ["cookie", "PLAIN"],
          ["pin", "PLAIN"],
          ["sec-websocket-protocol", "rivet, rivet_token.PLAIN"],
          ["accept", "yes"],
        ]),
      },
    }),
    said(`{"password":"PLAIN","pin":"PLAIN","say":"hello"}`),
    said(bytes(`{"token":"PLAIN","n":1}`)),
    toGateway({
      kind: "init",
      name: "default",
      version: 1,
      totalSlots: 1,
      prepopulateActorNames: null,
      metadata: `{"secret":"PLAIN","process":"ab"}`,
    }),
  );
  const kept = JSON.stringify(trace.frames);
  assert(!kept.includes("PLAIN"), kept);
  for (const seen of ["hello", "x=1", "yes", "ab", "rivet"]) assert(kept.includes(seen), seen);
});

Deno.test("who may not see payloads sees what a frame is about, and cannot ask for what is in it", () => {
  const { trace, watch, tell } = setup();
  watch();
  tell(said("a word"), toRunner({ kind: "ping", ts: 0n }));
  const [, message] = rows(trace, {}, "view");
  assertEquals([message!.preview, message!.note, message!.requestId, message!.index], [
    null,
    "text, 6 bytes",
    "00000005",
    3,
  ]);
  assertEquals(frameDetail(trace.frames[0]!, "view").decoded, null);
  assertEquals(rows(trace, { text: "a word" }, "view"), []);
  assertEquals(rows(trace, { text: "A WORD" }, "payload").length, 1);
  assertEquals(rows(trace, { text: "6 bytes" }, "view").length, 1);
  assertMatch(frameDetail(trace.frames[0]!, "payload").decoded!, /"data":"a word"/);
});

Deno.test("a list has what a frame says beside what it is about, and not too much of it", () => {
  const { trace, watch, tell } = setup();
  watch();
  tell(
    said("a word"),
    said(Uint8Array.of(0xff)),
    said("x".repeat(300)),
    toGateway({ kind: "stopping" }),
    toGateway({
      kind: "kvRequest",
      actorId: actorId("a"),
      requestId: 1,
      request: { kind: "get", keys: [bytes("k")] },
    }),
  );
  assertEquals(rows(trace).map(({ preview }) => preview).reverse(), [
    "a word",
    `{"data":{"$hex":"ff"},"binary":true}`,
    `${"x".repeat(199)}…`,
    "",
    `{"request":{"kind":"get","keys":["k"]}}`,
  ]);
});

Deno.test("without payloads nothing of what users send is kept at all", () => {
  const { trace, watch, tell } = setup({}, false);
  watch();
  tell(said("a word"));
  assertEquals(trace.frames[0]!.decoded, null);
  assert(!JSON.stringify(trace.frames).includes("a word"));
});

Deno.test("frames are filtered by runner, direction, kind and text; newest first, and what is cut off is counted", () => {
  const { trace, watch, tell } = setup();
  watch();
  tell(
    said("one"),
    { ...said("two", 0xbeef), runnerId: runnerId("r2") },
    toGateway({ kind: "pong", ts: 0n }),
    { runnerId: R1, direction: "toGateway", bytes: 3, unreadable: "protocol.bad_tag" },
    { ...said("three"), bytes: null },
  );
  const ids = (filter: FrameFilter) => rows(trace, filter).map(({ id }) => id);
  assertEquals(ids({}), [5, 4, 3, 2, 1]);
  assertEquals(ids({ runner: "r2" }), [2]);
  assertEquals(ids({ direction: "toGateway" }), [4, 3]);
  assertEquals(ids({ kind: "webSocketMessage" }), [5, 2, 1]);
  assertEquals(ids({ text: "0000beef" }), [2]);
  assertEquals(ids({ kind: "webSocketMessage", runner: "r1", text: "thr" }), [5]);
  assertEquals(rows(trace, { kind: "unreadable" })[0]!.note, "protocol.bad_tag");
  assertEquals(trace.frames[4]!.bytes, null);
  const cut = frameRows(trace, {}, 1, 2, "payload");
  assertEquals([cut.rows.map(({ id }) => id), cut.lastId, cut.missed], [[5, 4], 5, 2]);
  const none = frameRows(trace, { runner: "r2" }, 2, 2, "payload");
  assertEquals([none.rows, none.lastId, none.missed], [[], 5, 0]);
});

Deno.test("each kind of frame has a note without what users send", () => {
  const { trace, watch, tell } = setup();
  watch();
  const checkpoint = { actorId: actorId("a1"), generation: 2, index: 3n };
  const messageId = {
    gatewayId: gatewayId(1),
    requestId: requestId(5),
    messageIndex: messageIndex(0),
  };
  const tunnel = { kind: "tunnel", messageId } as const;
  const SAID = "USERS SAY";
  tell(
    toRunner({
      kind: "commands",
      commands: [{
        checkpoint,
        command: {
          kind: "start",
          config: { name: "counter", key: "k", createTs: 0n, input: bytes(SAID) },
          hibernatingRequests: [messageId],
        },
      }, { checkpoint, command: { kind: "stop" } }],
    }),
    toGateway({
      kind: "events",
      events: [
        { checkpoint, event: { kind: "running" } },
        { checkpoint, event: { kind: "stopped", code: "ok", message: null } },
        { checkpoint, event: { kind: "intent", intent: "sleep" } },
        { checkpoint, event: { kind: "setAlarm", alarmTs: null } },
      ],
    }),
    toRunner({ kind: "ackEvents", acknowledged: { checkpoints: [checkpoint] } }),
    toGateway({ kind: "ackCommands", acknowledged: { upTo: 3n } }),
    toGateway({
      kind: "kvRequest",
      actorId: actorId("a1"),
      requestId: 7,
      request: { kind: "put", keys: [bytes(SAID)], values: [bytes(SAID)] },
    }),
    toRunner({ kind: "kvResponse", requestId: 7, response: { kind: "put" } }),
    toRunner({
      ...tunnel,
      body: {
        kind: "requestStart",
        actorId: actorId("a1"),
        method: "POST",
        path: "/p?token=PLAIN",
        headers: new Map([["x-word", SAID]]),
        body: bytes(SAID),
        stream: true,
      },
    }),
    toGateway({ ...tunnel, body: { kind: "responseChunk", body: bytes(SAID), finish: true } }),
    toRunner({ ...tunnel, body: { kind: "webSocketClose", code: 1000, reason: SAID } }),
    toGateway({
      ...tunnel,
      body: { kind: "webSocketClose", code: null, reason: null, hibernate: true },
    }),
    toGateway({ kind: "stopping" }),
  );
  const notes = trace.frames.map(({ kind, note, actorId }: Frame) => `${kind} ${actorId}: ${note}`);
  assertEquals(notes, [
    "commands a1: start counter/k, generation 2, 1 sockets; stop generation 2",
    "events a1: running, generation 2; stopped ok; wants to sleep; and 1 more",
    "ackEvents null: 1 actors",
    "ackCommands null: up to 3",
    "kvRequest a1: 7: put 1 keys, 9 bytes",
    "kvResponse null: 7: put done",
    "requestStart a1: POST /p?token=…, 9 bytes, more follows",
    "responseChunk null: 9 bytes, the last",
    "webSocketClose null: 1000",
    "webSocketClose null: no code, stays open at the gateway",
    "stopping null: ",
  ]);
  for (const frame of trace.frames) JSON.parse(frame.decoded!);
});
