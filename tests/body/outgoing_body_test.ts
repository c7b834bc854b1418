import { assert, assertEquals, assertRejects } from "@std/assert";
import * as fc from "fast-check";
import { BodySource } from "../../lib/body/body_source.ts";
import { IncomingBody } from "../../lib/body/incoming_body.ts";
import { LinkTurns } from "../../lib/body/link_turns.ts";
import { Occupancy } from "../../lib/body/occupancy.ts";
import { OutgoingBody } from "../../lib/body/outgoing_body.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { chunkCost, CREDIT_UNIT, ReceiveCredit } from "../../lib/delivery/mod.ts";

const OPTIONS = { linkBufferBytes: 100, linkPollMs: 5 };

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
          source: new BodySource(ReadableStream.from(parts)),
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
