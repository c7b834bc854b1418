import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { Capture } from "../../lib/inspect/capture/capture.ts";
import { MESSAGE_BYTES, TRAIL_BYTES } from "../../lib/inspect/capture/captured_message.ts";
import type { CapturedSocket } from "../../lib/inspect/capture/captured_socket.ts";
import { payloadCost, payloadText } from "../../lib/inspect/capture/payload.ts";
import { INSPECT_LIMITS, type InspectLimits } from "../../lib/inspect/limits.ts";
import { Secrets } from "../../lib/inspect/secrets.ts";
import { actorId, gatewayId, messageIndex, requestId } from "../../lib/protocol/mod.ts";

const encoder = new TextEncoder();

function setup(limits: Partial<InspectLimits> = {}, payloads = true): {
  host: VirtualHost;
  capture: Capture;
  socket: (id: number, side?: "gateway" | "runner") => CapturedSocket;
} {
  const host = new VirtualHost();
  const capture = new Capture({
    host,
    limits: { ...INSPECT_LIMITS, ...limits },
    secrets: new Secrets(["pin"]),
    payloads,
  });
  const socket = (id: number, side: "gateway" | "runner" = "gateway"): CapturedSocket => {
    const followed = {
      gatewayId: gatewayId(1),
      requestId: requestId(id),
      actorId: actorId("a"),
      path: "/?token=abc",
      protocols: "rivet_token.abc",
    };
    return side === "gateway" ? capture.follow(followed) : capture.followAtRunner(followed);
  };
  return { host, capture, socket };
}

const text = (data: string) => ({ data: encoder.encode(data), binary: false });
const bytes = (...data: number[]) => ({ data: Uint8Array.from(data), binary: true });
const index = messageIndex;

/** What is kept of a socket's messages, in a line each. */
function shown({ trail }: CapturedSocket): string[] {
  if (trail === null) return [];
  return Array.from({ length: trail.size }, (_, i) => {
    const { id, from, index, payload } = trail.at(trail.first + i);
    return `${id} ${from} ${index} ${payload === null ? "-" : payloadText(payload)}`;
  });
}

Deno.test("a message goes through every stage, at the gateway and at the runner of one process", async () => {
  const { host, socket } = setup();
  const near = socket(1);
  const far = socket(1, "runner");
  assert(near === far);
  const steps: (() => void)[] = [
    () => near.clientSaid(index(1), text("hi")),
    () => near.sent(index(1)),
    () => far.received(index(1), text("hi")),
    () => far.handled(index(1)),
    () => far.committed(index(1), 7),
    () => near.acked(index(1)),
  ];
  for (const step of steps) {
    step();
    await host.advance(2);
  }
  far.actorSaid(text("ho"));
  await host.advance(1);
  far.left(index(0));
  near.taken(index(0), text("ho"));
  near.delivered(index(0));
  assertEquals(shown(near), ["1 client 1 hi", "2 actor 0 ho"]);
  assertEquals(near.trail!.at(1).reached, [2_000, 4_000, 6_000, 8_000, 10_000]);
  assertEquals(near.trail!.at(1).commit, 7);
  assertEquals(near.trail!.at(2).reached, [1_000, 1_000, 1_000]);
});

Deno.test("one commit and one ack cover all messages before them, and none behind", () => {
  const { socket } = setup();
  const near = socket(1);
  for (let i = 65_534; i < 65_539; i++) {
    near.clientSaid(index(i), text("x"));
    near.sent(index(i));
    near.received(index(i), text("x"));
  }
  near.committed(index(65_536), 3);
  near.acked(index(65_535));
  const messages = [1, 2, 3, 4, 5].map((id) => near.trail!.at(id));
  assertEquals(messages.map(({ reached }) => reached[3]! >= 0), [true, true, true, false, false]);
  assertEquals(messages.map(({ reached }) => reached[4]! >= 0), [true, true, false, false, false]);
  assertEquals(messages.map(({ commit }) => commit), [3, 3, 3, 0, 0]);
});

Deno.test("what is sent again, and what comes again and is dropped, is counted at its message", () => {
  const { socket } = setup();
  const near = socket(1);
  for (let i = 1; i <= 3; i++) {
    near.clientSaid(index(i), text("x"));
    near.sent(index(i));
    near.received(index(i), text("x"));
  }
  for (const i of [2, 3]) near.sent(index(i));
  for (const i of [2, 3]) near.receivedBefore(index(i));
  near.sent(index(2));
  near.takenBefore(index(9));
  const messages = [1, 2, 3].map((id) => near.trail!.at(id));
  assertEquals(messages.map(({ resent, repeated }) => [resent, repeated]), [[0, 0], [2, 1], [
    1,
    1,
  ]]);
  const { resent, repeatedOfClient, repeatedOfActor } = near.counts;
  assertEquals([resent, repeatedOfClient, repeatedOfActor], [3, 2, 1]);
});

Deno.test("a message that comes again after a crash has not been handled", () => {
  const { socket } = setup();
  const near = socket(1);
  for (let i = 1; i <= 2; i++) {
    near.clientSaid(index(i), text("x"));
    near.sent(index(i));
    near.received(index(i), text("x"));
    near.handled(index(i));
  }
  near.gone();
  const far = socket(1, "runner");
  near.sent(index(1));
  far.received(index(1), text("x"));
  assertEquals([1, 2].map((id) => near.trail!.at(id).reached.map((us) => us >= 0)), [
    [true, true, false, false, false],
    [true, false, false, false, false],
  ]);
  far.handled(index(1));
  assertEquals(near.trail!.at(1).reached[2]! >= 0, true);
});

Deno.test("what an actor says leaves in its order, with gaps where it was not captured or got lost", async () => {
  const { host, socket, capture } = setup({ capturedPerSecond: 2 });
  const near = socket(1);
  socket(1, "runner");
  near.actorSaid(text("a"));
  near.actorSaid(text("b"));
  near.actorSaid(text("not captured"));
  await host.advance(1_000);
  near.actorSaid(text("d"));
  near.left(null);
  near.left(index(0));
  near.left(index(1));
  near.left(index(2));
  for (let i = 0; i <= 2; i++) near.taken(index(i), text("?"));
  near.delivered(index(1));
  assertEquals(shown(near), ["1 actor null a", "2 actor 0 b", "3 actor 2 d"]);
  assertEquals([1, 2, 3].map((id) => near.trail!.at(id).reached.map((us) => us >= 0)), [
    [false, false, false],
    [true, true, true],
    [true, true, false],
  ]);
  assertEquals(near.trail!.at(3).skipped, 1);
  assertEquals([near.counts.notCaptured, near.counts.skipped, capture.messages], [1, 0, 3]);
});

Deno.test("the last word of an actor that sleeps is captured once", () => {
  const { socket } = setup();
  const near = socket(1);
  const far = socket(1, "runner");
  far.actorSaid(text("bye"));
  far.left(index(0));
  far.gone();
  near.taken(index(0), text("bye"));
  near.delivered(index(0));
  // Its next life is on a runner elsewhere.
  near.taken(index(0), text("hello"));
  near.delivered(index(0));
  assertEquals(shown(near), ["1 actor 0 bye", "2 actor 0 hello"]);
  assertEquals(near.trail!.at(2).reached.map((us) => us >= 0), [false, true, true]);
});

Deno.test("a gateway and a runner alone capture what passes there", () => {
  const { socket } = setup();
  const near = socket(1);
  near.clientSaid(index(1), text("in"));
  near.taken(index(0), text("out"));
  const far = socket(2, "runner");
  far.received(index(1), text("in"));
  far.ackSaid(index(1));
  far.actorSaid(text("out"));
  assertEquals([shown(near), shown(far)], [
    ["1 client 1 in", "2 actor 0 out"],
    ["1 client 1 in", "2 actor null out"],
  ]);
  assertEquals(far.trail!.at(1).reached.map((us) => us >= 0), [false, true, false, false, true]);
});

Deno.test("a payload is kept up to captureMessageBytes, and no character is cut in two", () => {
  const { socket } = setup({ captureMessageBytes: 4 });
  const near = socket(1);
  const cases: [message: ReturnType<typeof text>, kept: string, size: number][] = [
    [text(""), "", 0],
    [text("abcd"), "abcd", 4],
    [text("abcde"), "abcd", 5],
    [text("abcé"), "abc", 5],
    [text("aéé"), "aé", 5],
    [bytes(1, 2, 3, 4, 5), "\x01\x02\x03\x04", 5],
  ];
  for (const [i, [message, kept, size]] of cases.entries()) {
    near.clientSaid(index(i), message);
    const { payload, bytes } = near.trail!.at(i + 1);
    assertEquals([payloadText(payload!), bytes], [kept, size]);
  }
});

Deno.test("a payload is a copy, without secrets, in text and in bytes", () => {
  const { socket } = setup();
  const near = socket(1);
  const lent = text(`{"pin":1234,"a":1}`);
  near.clientSaid(index(1), lent);
  near.clientSaid(index(2), { ...lent, binary: true });
  near.clientSaid(index(3), { ...lent, data: lent.data.slice(), binary: true });
  lent.data.fill(0);
  for (const id of [1, 2, 3]) {
    assertEquals(payloadText(near.trail!.at(id).payload!), `{"pin":"…","a":1}`);
  }
  assertEquals([near.path, near.subprotocols], ["/?token=…", ["rivet_token.…"]]);
});

Deno.test("without payloads only what is known of messages is kept", () => {
  const { socket } = setup({}, false);
  const near = socket(1);
  near.clientSaid(index(1), text("secret"));
  assertEquals(shown(near), ["1 client 1 -"]);
  assertEquals(near.trail!.at(1).bytes, 6);
});

Deno.test("a socket keeps captureMessages, the newest", () => {
  const { socket, capture } = setup({ captureMessages: 3 });
  const near = socket(1);
  for (let i = 1; i <= 3; i++) near.clientSaid(index(i), text(`${i}`));
  assertEquals([shown(near).length, near.counts.forgotten], [3, 0]);
  near.clientSaid(index(4), text("4"));
  assertEquals(shown(near), ["2 client 2 2", "3 client 3 3", "4 client 4 4"]);
  assertEquals([near.counts.forgotten, capture.forgotten], [1, 1]);
});

Deno.test("everything captured together keeps within captureBytes: the oldest go first", () => {
  const one = MESSAGE_BYTES + payloadCost("x");
  const { socket, capture } = setup({ captureBytes: 2 * TRAIL_BYTES + 3 * one });
  const [a, b] = [socket(1), socket(2)];
  a.clientSaid(index(1), text("x"));
  b.clientSaid(index(1), text("x"));
  a.clientSaid(index(2), text("x"));
  assertEquals([capture.bytes, capture.forgotten], [2 * TRAIL_BYTES + 3 * one, 0]);
  b.clientSaid(index(2), text("x"));
  assertEquals([shown(a), shown(b)], [["2 client 2 x"], ["1 client 1 x", "2 client 2 x"]]);
  b.clientSaid(index(3), text("x"));
  assertEquals([shown(a).length, shown(b).length], [1, 2]);
  b.clientSaid(index(4), text("x"));
  assertEquals([a.trail, a.counts.forgotten], [null, 2]);
  a.clientSaid(index(3), text("x"));
  assertEquals(shown(a), ["3 client 3 x"]);
});

Deno.test("capturedPerSecond are captured at once, and then as many a second", async () => {
  const { host, socket, capture } = setup({ capturedPerSecond: 10 });
  const near = socket(1);
  const say = (count: number): number => {
    const before = near.counts.notCaptured;
    for (let i = 0; i < count; i++) near.clientSaid(index(1), text("x"));
    return count - (near.counts.notCaptured - before);
  };
  await host.advance(60_000);
  assertEquals(say(20), 10);
  await host.advance(50);
  assertEquals(say(1), 0);
  await host.advance(50);
  assertEquals(say(2), 1);
  await host.advance(60_000);
  assertEquals(say(20), 10);
  assertEquals(near.counts.skipped, 10);
  await host.advance(100);
  assertEquals(say(1), 1);
  assertEquals([near.trail!.at(near.trail!.lastId).skipped, near.counts.skipped], [10, 0]);
  assertEquals(say(1), 0);
  assertEquals(host.timers, 1);
  capture.close();
  assertEquals(host.timers, 0);
});

Deno.test("a socket that is over stays as long as there is something of it to be seen", () => {
  const { socket, capture } = setup({ captureMessages: 1, captureBytes: 2 * TRAIL_BYTES });
  socket(1).over();
  assertEquals(capture.sockets, 0);
  const talked = socket(2);
  talked.clientSaid(index(1), text("x"));
  talked.over();
  assertEquals(capture.get(requestId(2)), talked);
  socket(3).clientSaid(index(1), text("x"));
  socket(4).clientSaid(index(1), text("x"));
  assertEquals([capture.get(requestId(2)), capture.sockets], [undefined, 2]);
});

type Step = readonly [what: number, socket: number, data: string, binary: boolean, ms: number];

Deno.test("the bounds hold, whatever comes, and every message is kept or counted", async () => {
  const limits = {
    captureMessageBytes: 8,
    captureMessages: 4,
    captureBytes: 6_000,
    capturedPerSecond: 50,
  };
  const step: fc.Arbitrary<Step> = fc.tuple(
    fc.nat(12),
    fc.nat(3),
    fc.oneof(fc.string({ unit: "binary" }), fc.json()),
    fc.boolean(),
    fc.nat(30),
  );
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
    const { host, socket, capture } = setup(limits);
    const counters = new Map<CapturedSocket, { said: number; sent: number; left: number }>();
    let said = 0;
    let lost = 0;
    for (const [what, id, data, binary, ms] of steps) {
      const one = socket(id);
      const { notCaptured } = one.counts;
      const body = { data: encoder.encode(data), binary };
      let its = counters.get(one);
      if (its === undefined) counters.set(one, its = { said: 0, sent: 0, left: 0 });
      switch (what) {
        case 0:
        case 1:
        case 2:
          one.clientSaid(index(++its.said), body);
          said++;
          break;
        case 3:
        case 4:
          one.actorSaid(body);
          said++;
          break;
        case 5:
          one.sent(index(its.sent = Math.min(its.said, its.sent + 1)));
          break;
        case 6:
          one.sent(index(Math.max(1, its.sent - ms)));
          break;
        case 7:
          one.received(index(Math.max(0, its.sent - ms % 3)), body);
          break;
        case 8:
          one.committed(index(its.sent), 1);
          one.acked(index(its.sent));
          break;
        case 9:
          one.left(ms === 0 ? null : index(its.left++));
          break;
        case 10:
          one.receivedBefore(index(ms));
          one.takenBefore(index(ms));
          break;
        case 11:
          socket(id, "runner");
          break;
        case 12:
          one.gone();
          one.over();
          await host.advance(ms);
      }
      lost += one.counts.notCaptured - notCaptured;
      assert(capture.bytes <= limits.captureBytes && capture.bytes >= 0);
      let [messages, cost] = [0, 0];
      for (let request = 0; request <= 3; request++) {
        const trail = capture.get(requestId(request))?.trail;
        if (!trail) continue;
        messages += trail.size;
        cost += TRAIL_BYTES;
        assert(trail.size <= limits.captureMessages && trail.size > 0);
        for (let at = trail.first; at <= trail.lastId; at++) {
          const message = trail.at(at);
          assertEquals(message.id, at);
          cost += message.cost;
          assert(encoder.encode(payloadText(message.payload!)).length <= 24);
        }
      }
      assertEquals([messages, cost], [capture.messages, capture.bytes]);
    }
    assertEquals(capture.messages + capture.forgotten + lost, said);
  }));
});
