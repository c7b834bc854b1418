import { assertEquals } from "@std/assert";
import { bytesOf, hexDump, jsonOf, textOf } from "../../components/payload/payload_text.ts";
import type { MessageDetail } from "../../lib/inspect/mod.ts";

const message = (text: string | null, base64: string | null): MessageDetail =>
  ({ text, base64 }) as MessageDetail;

Deno.test("a payload is JSON when it is, as text or as bytes, whole or not", () => {
  assertEquals(jsonOf(message(`{"a":1}`, null)), { value: { a: 1 } });
  assertEquals(jsonOf(message(null, btoa("[null]"))), { value: [null] });
  assertEquals(jsonOf(message("null", null)), { value: null });
  assertEquals(jsonOf(message(`{"a":`, null)), null);
  assertEquals(jsonOf(message("", null)), null);
});

Deno.test("a payload is text and bytes, whichever of them was sent", () => {
  assertEquals(textOf(message(null, "w6k=")), "é");
  assertEquals(bytesOf(message("é", null)), Uint8Array.of(0xc3, 0xa9));
});

Deno.test("hexDump() says where bytes are, which, and what of them are letters", () => {
  assertEquals(hexDump(new Uint8Array(0)), "");
  const bytes = Uint8Array.from({ length: 18 }, (_, i) => i === 17 ? 0x41 : i + 0x1f);
  assertEquals(hexDump(bytes).split("\n"), [
    "0000  1f 20 21 22 23 24 25 26  27 28 29 2a 2b 2c 2d 2e  . !\"#$%&'()*+,-.",
    "0010  2f 41" + " ".repeat(43) + "  /A",
  ]);
});
