import { assertEquals, assertNotEquals, assertStrictEquals } from "@std/assert";
import { formatId, gatewayId, requestId, requestKey } from "@/lib/protocol/mod.ts";

Deno.test("gatewayId() and requestId() hold 32 bits without a sign", () => {
  for (const make of [gatewayId, requestId]) {
    assertStrictEquals(make(0xffff_ffff) as number, 0xffff_ffff);
    assertStrictEquals(make(-1) as number, 0xffff_ffff);
    assertStrictEquals(make(0x1_0000_0001) as number, 1);
  }
});

Deno.test("formatId() writes eight digits in the order of the wire", () => {
  assertEquals(formatId(gatewayId(0xbf902de7)), "bf902de7");
  assertEquals(formatId(requestId(1)), "00000001");
  assertEquals(formatId(requestId(0)), "00000000");
});

Deno.test("requestKey() tells apart requests of different gateways", () => {
  assertEquals(requestKey(gatewayId(1), requestId(0xff)), "00000001000000ff");
  assertNotEquals(
    requestKey(gatewayId(1), requestId(2)),
    requestKey(gatewayId(2), requestId(1)),
  );
});
