import { assertEquals, assertMatch } from "@std/assert";
import { newRecordId } from "../../lib/gateway/record_id.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";

Deno.test("newRecordId() gives 30 characters of base 36, each id its own", () => {
  const host = new VirtualHost();
  const ids = Array.from({ length: 1_000 }, () => newRecordId(host));
  for (const id of ids) assertMatch(id, /^[0-9a-z]{30}$/);
  assertEquals(new Set(ids).size, ids.length);
});

Deno.test("newRecordId() passes over bytes that would favour some characters", () => {
  const draws = [252, 253, 254, 255, 0, 35, 36, 251];
  const host = Object.assign(new VirtualHost(), {
    randomBytes: (length: number) => new Uint8Array(length).fill(draws.shift() ?? 71),
  });
  assertEquals(newRecordId(host), "0".repeat(30));
  assertEquals(newRecordId(host), "z".repeat(30));
  assertEquals(newRecordId(host), "0".repeat(30));
  assertEquals(newRecordId(host), "z".repeat(30));
});
