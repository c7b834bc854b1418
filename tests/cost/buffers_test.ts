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

/** What an acked socket keeps until it has its ack is copied, or a text's bytes, cut from a slab. */
for (const [kind, path, kept] of [["plain", "/?hibernate=0", 0], ["acked", "/", 1]] as const) {
  Deno.test(`cost: ${kind}, a short text and its answer allocate nothing but slabs`, async () => {
    await using embedded = await Embedded.start(actors);
    const opened = await embedded.open("echo", 10, path);
    const buffers = await buffersOf(() => embedded.talk(opened, MESSAGES, "x".repeat(64)));
    assertEquals(buffers.filter((bytes) => !SLABS.includes(bytes)), []);
    // The text twice, an ack and what is kept, and the ends of two slabs.
    const slabbed = buffers.reduce((a, b) => a + b, 0);
    const most = MESSAGES * (2 * 64 + kept * (16 + 64)) + SLAB_BYTES + KEPT_SLAB_BYTES;
    assert(slabbed >= SLAB_BYTES && slabbed <= most, `${slabbed} bytes of slabs`);
  });

  Deno.test(`cost: ${kind}, of bytes and their answer ${kept} have a buffer of their own`, async () => {
    await using embedded = await Embedded.start(actors);
    const opened = await embedded.open("echo", 10, path);
    const message = new Uint8Array(64);
    const buffers = await buffersOf(() => embedded.talk(opened, MESSAGES, message));
    // The actor gets the client's own, unless that has to be kept.
    const own = buffers.filter((bytes) => !SLABS.includes(bytes));
    assertEquals(own, new Array(kept * MESSAGES).fill(64));
    const slabbed = buffers.filter((bytes) => SLABS.includes(bytes)).reduce((a, b) => a + b, 0);
    // The answer, an ack, and the ends of two slabs.
    const most = MESSAGES * (64 + kept * 16) + SLAB_BYTES + KEPT_SLAB_BYTES;
    assert(slabbed <= most, `${slabbed} bytes of slabs`);
  });

  for (const bytes of [4_096, 65_536, 1_048_576]) {
    const wanted = 1 + kept;
    Deno.test(`cost: ${kind}, ${bytes} bytes and their answer are ${wanted} copies`, async () => {
      await using embedded = await Embedded.start(actors);
      const opened = await embedded.open("echo", 10, path);
      const message = new Uint8Array(bytes);
      const buffers = await buffersOf(() => embedded.talk(opened, 20, message));
      const copies = buffers.reduce((sum, length) => sum + length, 0) / 20 / bytes;
      // Of slabs the ends are left over.
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
