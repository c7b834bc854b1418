import { assert, assertEquals, assertRejects } from "@std/assert";
import { IncomingBody } from "../../lib/body/incoming_body.ts";
import { Occupancy } from "../../lib/body/occupancy.ts";
import { CREDIT_UNIT, ReceiveCredit, ReceiveLimit } from "../../lib/delivery/mod.ts";

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
