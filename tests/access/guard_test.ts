import { assertEquals } from "@std/assert";
import { createGuard } from "@/lib/access/mod.ts";

const GOOD = { host: "127.0.0.1:6420" };
const FOREIGN = "http://evil.example";

/** What it says to requests with these headers, one after the other. */
function codes(...requests: readonly Readonly<Record<string, string>>[]): (string | undefined)[] {
  const guard = createGuard(["a.example"], []);
  const ofMaps = requests.map((headers) => guard(new Map(Object.entries(headers)))?.code);
  const another = createGuard(["a.example"], []);
  const ofHeaders = requests.map((headers) => another(new Headers(headers))?.code);
  assertEquals(ofMaps, ofHeaders);
  return ofMaps;
}

Deno.test("createGuard() refuses a request without a Host, the first one and any other", () => {
  assertEquals(codes({}, { host: "" }, GOOD, {}, { host: "" }, GOOD), [
    "host_missing",
    "host_missing",
    undefined,
    "host_missing",
    "host_missing",
    undefined,
  ]);
});

Deno.test("createGuard() checks each Host that is not the last, and the Origin always", () => {
  const requests = [
    GOOD,
    { host: "evil.example" },
    { host: "evil.example" },
    { host: "a.example" },
    { host: "a.example", origin: FOREIGN },
    { ...GOOD, origin: FOREIGN },
    { ...GOOD, origin: "http://localhost" },
  ];
  assertEquals(codes(...requests), [
    undefined,
    "host_not_allowed",
    "host_not_allowed",
    undefined,
    "origin_not_allowed",
    "origin_not_allowed",
    undefined,
  ]);
});
