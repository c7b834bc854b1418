import { assert, assertEquals } from "@std/assert";
import { actors } from "../../actors/mod.ts";
import { KEPT_SLAB_BYTES, SLAB_BYTES } from "../../lib/protocol/slab.ts";
import { onBuffer } from "../support/on_buffer.ts";
import { Embedded } from "./embedded.ts";

/** Bytes of each buffer that was allocated during `run`. */
async function buffersOf(run: () => void | Promise<void>): Promise<number[]> {
  const bytes: number[] = [];
  const stop = onBuffer((length) => bytes.push(length));
  try {
    await run();
  } finally {
    stop();
  }
  return bytes;
}

const SLABS = [SLAB_BYTES, KEPT_SLAB_BYTES];
const MESSAGES = 1_000;

/** An acked answer is kept until the gateway has taken it, and copied for that. */
for (const [kind, path, kept] of [["plain", "/?hibernate=0", 0], ["acked", "/", 1]] as const) {
  Deno.test(`cost: ${kind}, a short text and its answer allocate nothing but slabs`, async () => {
    await using embedded = await Embedded.start(actors);
    const opened = await embedded.open("echo", 10, path);
    const buffers = await buffersOf(() => embedded.talk(opened, MESSAGES, "x".repeat(64)));
    assertEquals(buffers.filter((bytes) => !SLABS.includes(bytes)), []);
    // The text and its frame, twice, an ack and what is kept, and the ends of two slabs.
    const slabbed = buffers.reduce((a, b) => a + b, 0);
    const most = MESSAGES * (2 * (64 + 80) + 16 + kept * 64) + SLAB_BYTES + KEPT_SLAB_BYTES;
    assert(slabbed >= SLAB_BYTES && slabbed <= most, `${slabbed} bytes of slabs`);
  });

  Deno.test(`cost: ${kind}, of bytes and their answer only what the actor gets has its own buffer`, async () => {
    await using embedded = await Embedded.start(actors);
    const opened = await embedded.open("echo", 10, path);
    const message = new Uint8Array(64);
    const buffers = await buffersOf(() => embedded.talk(opened, MESSAGES, message));
    const own = buffers.filter((bytes) => !SLABS.includes(bytes));
    assertEquals(own, new Array(MESSAGES).fill(64));
    const slabbed = buffers.filter((bytes) => SLABS.includes(bytes)).reduce((a, b) => a + b, 0);
    // Two frames, an ack and what is kept, and the ends of two slabs.
    const most = MESSAGES * (2 * 80 + 16 + kept * 64) + SLAB_BYTES + KEPT_SLAB_BYTES;
    assert(slabbed >= SLAB_BYTES && slabbed <= most, `${slabbed} bytes of slabs`);
  });

  for (const bytes of [4_096, 65_536, 1_048_576]) {
    const wanted = 3 + kept;
    Deno.test(`cost: ${kind}, ${bytes} bytes and their answer are two frames and ${wanted} copies`, async () => {
      await using embedded = await Embedded.start(actors);
      const opened = await embedded.open("echo", 10, path);
      const message = new Uint8Array(bytes);
      let buffers: number[] = [];
      const { toRunner, toGateway } = await embedded.count(async () => {
        buffers = await buffersOf(() => embedded.talk(opened, 20, message));
      });
      assertEquals([toRunner.webSocketMessage, toGateway.webSocketMessage], [20, 20]);
      const copies = buffers.reduce((sum, length) => sum + length, 0) / 20 / bytes;
      // The frames and what the actor gets; where frames are cut from slabs, their ends are left over.
      assert(copies >= wanted - 0.5 && copies < wanted + 1, `${copies} copies`);
    });
  }
}

Deno.test("cost: what waits for a sleeping actor has a buffer of its own, and holds on to no slab", async () => {
  await using embedded = await Embedded.start(actors);
  const [opened] = await embedded.open("echo", 1);
  await embedded.world.host.advance(120_000);
  assertEquals(opened!.socket.phase, "hibernating");
  const buffers = await buffersOf(() => opened!.socket.fromClient("x".repeat(60)));
  assertEquals(opened!.socket.pendingBytes, 60);
  assertEquals(buffers.filter((bytes) => !SLABS.includes(bytes)), [60]);
});
