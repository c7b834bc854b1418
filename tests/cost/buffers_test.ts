import { assert, assertEquals } from "@std/assert";
import { actors } from "../../actors/mod.ts";
import { SLAB_BYTES } from "../../lib/protocol/slab.ts";
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

for (const path of ["/", "/?hibernate=0"]) {
  Deno.test(`cost: a short text and its answer allocate nothing but slabs (${path})`, async () => {
    await using embedded = await Embedded.start(actors);
    const opened = await embedded.open("echo", 10, path);
    const buffers = await buffersOf(() => embedded.talk(opened, 1_000, "x".repeat(64)));
    assertEquals(buffers.filter((bytes) => bytes !== SLAB_BYTES), []);
    // The text and its frame, twice, and an ack.
    const slabs = 1_000 * (2 * (64 + 80) + 16) / SLAB_BYTES;
    assert(
      buffers.length >= 1 && buffers.length <= Math.ceil(slabs) + 1,
      `${buffers.length} slabs`,
    );
  });

  Deno.test(`cost: bytes are copied twice for an actor: what it gets and what it says (${path})`, async () => {
    await using embedded = await Embedded.start(actors);
    const opened = await embedded.open("echo", 10, path);
    const message = new Uint8Array(64);
    const buffers = await buffersOf(() => embedded.talk(opened, 1_000, message));
    const own = buffers.filter((bytes) => bytes !== SLAB_BYTES);
    assertEquals(own, new Array(2_000).fill(64));
  });
}

for (const bytes of [4_096, 65_536, 1_048_576]) {
  Deno.test(`cost: ${bytes} bytes and their answer are two frames, and copied four times`, async () => {
    await using embedded = await Embedded.start(actors);
    const opened = await embedded.open("echo", 10);
    const message = new Uint8Array(bytes);
    let buffers: number[] = [];
    const { toRunner, toGateway } = await embedded.count(async () => {
      buffers = await buffersOf(() => embedded.talk(opened, 20, message));
    });
    assertEquals([toRunner.webSocketMessage, toGateway.webSocketMessage], [20, 20]);
    const copies = buffers.reduce((sum, length) => sum + length, 0) / 20 / bytes;
    // Two of its own and two frames; where those are cut from slabs, an end of each is left over.
    assert(copies >= 3.5 && copies < 5, `${copies} copies`);
  });
}

Deno.test("cost: what waits for a sleeping actor has a buffer of its own, and holds on to no slab", async () => {
  await using embedded = await Embedded.start(actors);
  const [opened] = await embedded.open("echo", 1);
  await embedded.world.host.advance(120_000);
  assertEquals(opened!.socket.phase, "hibernating");
  const buffers = await buffersOf(() => opened!.socket.fromClient("x".repeat(60)));
  assertEquals(opened!.socket.pendingBytes, 60);
  assertEquals(buffers.filter((bytes) => bytes !== SLAB_BYTES), [60]);
});
