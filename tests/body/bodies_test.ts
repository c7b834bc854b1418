import { assert, assertEquals, assertRejects } from "@std/assert";
import * as fc from "fast-check";
import { BodySource } from "../../lib/body/body_source.ts";
import { IncomingBody } from "../../lib/body/incoming_body.ts";
import { LinkTurns } from "../../lib/body/link_turns.ts";
import { Occupancy } from "../../lib/body/occupancy.ts";
import { OutgoingBody } from "../../lib/body/outgoing_body.ts";
import { chunkCost, CREDIT_UNIT, ReceiveCredit, ReceiveLimit } from "../../lib/delivery/mod.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";

const OPTIONS = { linkBufferBytes: 100, linkPollMs: 5 };

function incoming(window = CREDIT_UNIT) {
  const occupancy = new Occupancy();
  const heard: string[] = [];
  const body = new IncomingBody({
    intake: new ReceiveCredit(window),
    occupancy,
    grant: () => heard.push("grant"),
    onCancel: () => heard.push("cancel"),
  });
  return { body, occupancy, heard, reader: body.stream.getReader() };
}

function streamOf(...parts: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(parts);
}

Deno.test("linkTurns.take() calls at once while the link has room, and in turn when it has again", async () => {
  const host = new VirtualHost();
  const link = { bufferedBytes: 100 };
  const turns = new LinkTurns(host, link, OPTIONS);
  const sent: string[] = [];
  turns.take(() => sent.push("a"));
  assertEquals(sent, ["a"]);
  link.bufferedBytes = 101;
  for (const name of ["b", "c", "d"]) {
    turns.take(() => {
      sent.push(name);
      link.bufferedBytes += 60;
    });
  }
  await host.advance(5);
  assertEquals(sent, ["a"]);
  link.bufferedBytes = 0;
  // One that comes while others wait is behind them, though there is room.
  turns.take(() => sent.push("e"));
  assertEquals(sent, ["a"]);
  await host.advance(5);
  assertEquals(sent, ["a", "b", "c"]);
  link.bufferedBytes = 0;
  await host.advance(5);
  assertEquals([sent, host.timers], [["a", "b", "c", "d", "e"], 0]);
});

Deno.test("linkTurns gives each of several bodies a chunk, then the next", async () => {
  const host = new VirtualHost();
  const link = { bufferedBytes: 0 };
  const turns = new LinkTurns(host, link, OPTIONS);
  const sent: string[] = [];
  const bodies = ["a", "b", "c"].map((name) =>
    new OutgoingBody({
      source: new BodySource(streamOf(new Uint8Array(1), new Uint8Array(1), new Uint8Array(1))),
      turns,
      send: () => {
        sent.push(name);
        link.bufferedBytes += 101;
      },
    })
  );
  const done = Promise.all(bodies.map((body) => body.run()));
  for (let i = 0; i < 20; i++) {
    link.bufferedBytes = 0;
    await host.advance(5);
  }
  await done;
  assertEquals(sent.length, 9);
  for (let i = 0; i < 9; i += 3) assertEquals(new Set(sent.slice(i, i + 3)).size, 3, `${sent}`);
});

Deno.test("incomingBody hands over what was pushed, in order, and ends", async () => {
  const { body, reader, occupancy } = incoming();
  assert(body.push(Uint8Array.of(1)));
  assert(body.push(Uint8Array.of(2, 3)));
  assertEquals(occupancy.heldBytes, 3);
  body.end();
  assertEquals((await reader.read()).value, Uint8Array.of(1));
  assertEquals((await reader.read()).value, Uint8Array.of(2, 3));
  assertEquals((await reader.read()).done, true);
  assertEquals([occupancy.heldBytes, occupancy.peakBytes], [0, 3]);
});

Deno.test("incomingBody grants nothing to a body of one chunk before it comes, then up to the window", async () => {
  const { body, reader, heard } = incoming(3 * CREDIT_UNIT);
  assertEquals(heard, []);
  body.push(new Uint8Array(CREDIT_UNIT));
  assertEquals(heard, ["grant", "grant"]);
  await reader.read();
  assertEquals(heard, ["grant", "grant", "grant"]);
});

Deno.test("incomingBody.push() refuses more than was granted", () => {
  const { body } = incoming();
  assert(body.push(new Uint8Array(CREDIT_UNIT)));
  assert(!body.push(new Uint8Array(1)));
});

Deno.test("incomingBody keeps nothing of a frame that it shares, and copies none that it has alone", async () => {
  const { body, reader } = incoming();
  const slab = new Uint8Array(10_000).fill(1);
  body.push(slab.subarray(100, 200));
  slab.fill(9);
  const { value } = await reader.read();
  assertEquals([value!.buffer.byteLength, value![0]], [100, 1]);
  const frame = new Uint8Array(1_020);
  body.push(frame.subarray(20));
  assertEquals((await reader.read()).value!.buffer, frame.buffer);
});

Deno.test("incomingBody.fail() tells the reader, and forgets what was unread", async () => {
  const { body, reader, occupancy, heard } = incoming();
  body.push(Uint8Array.of(1));
  body.fail(new Error("gone"));
  await assertRejects(() => reader.read(), Error, "gone");
  assertEquals(occupancy.heldBytes, 0);
  // Late, and nobody's.
  assert(body.push(Uint8Array.of(2)));
  body.end();
  assertEquals(heard.filter((it) => it === "cancel"), []);
});

Deno.test("incomingBody.fail() lets what is complete be read", async () => {
  const { body, reader, occupancy } = incoming();
  body.push(Uint8Array.of(1));
  body.end();
  body.fail(new Error("too late"));
  assertEquals(occupancy.heldBytes, 0);
  assertEquals((await reader.read()).value, Uint8Array.of(1));
  assertEquals((await reader.read()).done, true);
});

Deno.test("incomingBody tells of a reader that leaves, also in the moment that it gets a chunk", async () => {
  const { body, reader, occupancy, heard } = incoming(2 * CREDIT_UNIT);
  const read = reader.read().then(() => reader.cancel());
  body.push(Uint8Array.of(1));
  body.push(Uint8Array.of(2));
  body.end();
  await read;
  assertEquals([occupancy.heldBytes, heard.at(-1)], [0, "cancel"]);
  body.push(new Uint8Array(10 * CREDIT_UNIT));
  assertEquals(occupancy.heldBytes, 0);
});

Deno.test("outgoingBody reads its source only when there is credit for it", async () => {
  const host = new VirtualHost();
  let pulls = 0;
  const source = new BodySource(
    new ReadableStream({
      pull(controller) {
        pulls++;
        controller.enqueue(new Uint8Array(CREDIT_UNIT));
      },
    }, { highWaterMark: 0 }),
  );
  const sent: number[] = [];
  const turns = new LinkTurns(host, { bufferedBytes: 0 }, OPTIONS);
  const body = new OutgoingBody({ source, turns, send: ({ length }) => void sent.push(length) });
  const done = body.run();
  await host.settle();
  assertEquals([pulls, sent], [1, [CREDIT_UNIT]]);
  body.grant();
  await host.settle();
  assertEquals(pulls, 2);
  body.stop();
  assertEquals(await done, false);
});

Deno.test("outgoingBody.run() rejects with what its source fails with, and refuses what is no bytes", async () => {
  const host = new VirtualHost();
  const turns = new LinkTurns(host, { bufferedBytes: 0 }, OPTIONS);
  const run = (stream: ReadableStream<unknown>): Promise<boolean> =>
    new OutgoingBody({ source: new BodySource(stream), turns, send() {} }).run();
  const failing = new ReadableStream({ start: (it) => it.error(new Error("oops")) });
  await assertRejects(() => run(failing), Error, "oops");
  await assertRejects(() => run(ReadableStream.from(["text"])), TypeError, "string");
});

Deno.test("bodySource.whole() takes up to its limit, and cancels what is longer", async () => {
  for (const [bytes, whole] of [[9, true], [10, true], [11, false]] as const) {
    const source = new BodySource(streamOf(new Uint8Array(5), new Uint8Array(bytes - 5)));
    assertEquals((await source.whole(10))?.length, whole ? bytes : undefined);
  }
});

Deno.test("a body arrives as it was, whatever its parts, the window and the reader's pace", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 3 * CREDIT_UNIT }), { maxLength: 8 }),
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
      async (lengths, units, pace) => {
        const window = units * CREDIT_UNIT;
        const host = new VirtualHost();
        const occupancy = new Occupancy();
        const parts = lengths.map((length, i) => new Uint8Array(length).fill(i + 1));
        const link = { bufferedBytes: 0 };
        let held = 0;
        const receiver: IncomingBody = new IncomingBody({
          intake: new ReceiveCredit(window),
          occupancy,
          grant: () => host.defer(() => sender.grant()),
        });
        const sender = new OutgoingBody({
          source: new BodySource(streamOf(...parts)),
          turns: new LinkTurns(host, link, OPTIONS),
          send: (chunk) => {
            assert(chunk.length > 0 && chunk.length <= CREDIT_UNIT);
            held += chunkCost(chunk.length);
            assert(held <= window, "More was sent than the window");
            const copy = chunk.slice();
            host.defer(() => assert(receiver.push(copy)));
          },
        });
        sender.run().then((complete) => {
          assert(complete);
          host.defer(() => receiver.end());
        });
        const got: number[] = [];
        const reader = receiver.stream.getReader();
        for (let i = 0;; i++) {
          if (pace[i % pace.length]) await host.settle();
          const { done, value } = await reader.read();
          if (done) break;
          held -= chunkCost(value.length);
          for (const byte of [value[0]!, value.at(-1)!]) got.push(byte);
          got.push(value.length);
        }
        const bytes = got.filter((_, i) => i % 3 === 2).reduce((sum, length) => sum + length, 0);
        assertEquals(bytes, lengths.reduce((sum, length) => sum + length, 0));
        const marks = got.filter((_, i) => i % 3 !== 2);
        assertEquals(marks, marks.toSorted((a, b) => a - b));
        assertEquals([occupancy.heldBytes, held], [0, 0]);
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("incomingBody with a limit instead of credit grants nothing", async () => {
  const body = new IncomingBody({
    intake: new ReceiveLimit(10),
    occupancy: new Occupancy(),
    grant: () => assert(false, "granted"),
  });
  assert(body.push(new Uint8Array(10)));
  assert(!body.push(new Uint8Array(1)));
  assertEquals((await body.stream.getReader().read()).value?.length, 10);
  assert(body.push(new Uint8Array(10)));
});
