import { assertEquals } from "@std/assert";
import { BodySource } from "../../lib/body/body_source.ts";

Deno.test("bodySource.whole() takes up to its limit, and cancels what is longer", async () => {
  for (const [bytes, whole] of [[9, true], [10, true], [11, false]] as const) {
    const source = new BodySource(
      ReadableStream.from([new Uint8Array(5), new Uint8Array(bytes - 5)]),
    );
    assertEquals((await source.whole(10))?.length, whole ? bytes : undefined);
  }
});
