import { assert, assertStrictEquals } from "@std/assert";
import {
  allocate,
  KEPT_SLAB_BYTES,
  keptCopy,
  LARGEST_IN_KEPT_SLAB,
  LARGEST_IN_SLAB,
  SLAB_BYTES,
} from "@/lib/protocol/slab.ts";

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

Deno.test("keptCopy() holds on to a small buffer that no frame shares, or to its own", () => {
  const source = new Uint8Array(LARGEST_IN_KEPT_SLAB).fill(7);
  const small = keptCopy(source);
  assertStrictEquals(small.buffer.byteLength, KEPT_SLAB_BYTES);
  assert(small.buffer !== allocate(1).buffer);
  source.fill(8);
  assert(small.every((byte) => byte === 7));
  const large = keptCopy(new Uint8Array(LARGEST_IN_KEPT_SLAB + 1));
  assertStrictEquals(large.buffer.byteLength, LARGEST_IN_KEPT_SLAB + 1);
});
