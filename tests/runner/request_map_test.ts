import { assertEquals } from "@std/assert";
import { gatewayId, requestId } from "../../lib/protocol/mod.ts";
import { RequestMap } from "../../lib/runner/request_map.ts";

const [g1, g2] = [gatewayId(1), gatewayId(2)];
const r1 = requestId(1);

Deno.test("requestMap keeps the same request of two gateways apart", () => {
  const map = new RequestMap<string>();
  map.set(g1, r1, "one");
  map.set(g2, r1, "two");
  assertEquals([map.get(g1, r1), map.get(g2, r1), map.size], ["one", "two", 2]);
  assertEquals([...map.values()], ["one", "two"]);
});

Deno.test("requestMap.set() replaces without counting twice", () => {
  const map = new RequestMap<string>();
  map.set(g1, r1, "one");
  map.set(g1, r1, "other");
  assertEquals([map.get(g1, r1), map.size], ["other", 1]);
});

Deno.test("requestMap.delete() with a value leaves another one that took its place", () => {
  const map = new RequestMap<string>();
  map.set(g1, r1, "new");
  assertEquals(map.delete(g1, r1, "old"), false);
  assertEquals(map.delete(g1, r1, "new"), true);
  assertEquals([map.size, map.get(g1, r1)], [0, undefined]);
});
