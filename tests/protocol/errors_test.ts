import { assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { DecodeError, EncodeError } from "@/lib/protocol/mod.ts";

Deno.test("DecodeError says its code, its offset and both in words", () => {
  const error = new DecodeError("decode.truncated", 12, "Wanted 2 bytes, but 1 is left");
  assertInstanceOf(error, Error);
  assertStrictEquals(error.name, "DecodeError");
  assertStrictEquals(error.code, "decode.truncated");
  assertStrictEquals(error.offset, 12);
  assertEquals(error.message, "Wanted 2 bytes, but 1 is left at byte 12");
});

Deno.test("EncodeError says its code and what was wrong", () => {
  const error = new EncodeError("encode.not_in_version", "Version 2 cannot say deleteRange");
  assertInstanceOf(error, Error);
  assertStrictEquals(error.name, "EncodeError");
  assertStrictEquals(error.code, "encode.not_in_version");
  assertEquals(error.message, "Version 2 cannot say deleteRange");
});
