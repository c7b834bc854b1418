import { assert, assertStrictEquals } from "@std/assert";
import { allocate, LARGEST_IN_SLAB, SLAB_BYTES } from "@/lib/protocol/slab.ts";

Deno.test("allocate() gives a frame beyond the limit its own exact buffer", () => {
  for (const bytes of [LARGEST_IN_SLAB - 1, LARGEST_IN_SLAB]) {
    assertStrictEquals(allocate(bytes).buffer.byteLength, SLAB_BYTES);
  }
  assertStrictEquals(allocate(LARGEST_IN_SLAB + 1).buffer.byteLength, LARGEST_IN_SLAB + 1);
});

Deno.test("allocate() gives no byte twice, and a fresh slab when one is full", () => {
  let last = allocate(1);
  let slabs = 0;
  for (let round = 0; round < 3 * SLAB_BYTES / 100; round++) {
    const next = allocate(100);
    assertStrictEquals(next.length, 100);
    assert(next.every((byte) => byte === 0));
    next.fill(0xff);
    if (next.buffer === last.buffer) {
      assertStrictEquals(next.byteOffset, last.byteOffset + last.length);
    } else {
      assertStrictEquals(next.byteOffset, 0);
      assert(last.byteOffset + last.length + 100 > SLAB_BYTES);
      slabs++;
    }
    last = next;
  }
  assert(slabs >= 2);
});
