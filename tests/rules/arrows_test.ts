import { assertEquals } from "@std/assert";
import { arrowViolations, purityViolations } from "./arrows.ts";
import { sourcesBelow } from "./source.ts";

const sources = sourcesBelow("lib", "web", "routes", "islands", "components");

Deno.test("no module imports against the arrows between rooms", () => {
  assertEquals(arrowViolations(sources), []);
});

Deno.test("only the host knows the real clock, timers and randomness", () => {
  assertEquals(purityViolations(sources), []);
});

const ARROWS: readonly [path: string, text: string, allowed: boolean][] = [
  ["lib/delivery/a.ts", `import { MAX_DISTANCE } from "../protocol/mod.ts";`, true],
  ["lib/delivery/a.ts", `import { x } from "./b.ts";`, true],
  ["lib/delivery/a.ts", `import { x } from "../transport/mod.ts";`, false],
  ["lib/delivery/a.ts", `import { inspect } from "node:util";`, false],
  ["lib/protocol/a.ts", `import { x } from "./message.ts";`, true],
  ["lib/protocol/a.ts", `import * as bare from "@bare-ts/lib";`, false],
  ["lib/protocol/a.ts", `import type { W } from "../delivery/mod.ts";`, false],
  ["lib/protocol/a.ts", `import { readFile } from "node:fs";`, false],
  ["lib/runner/a.ts", `import { x } from "../gateway/mod.ts";`, false],
  ["lib/runner/a.ts", `import type { X } from "../gateway/mod.ts";`, false],
  ["lib/runner/a.ts", `export { x } from "../gateway/mod.ts";`, false],
  ["lib/runner/a.ts", `const x = await import("../gateway/mod.ts");`, false],
  ["lib/runner/a.ts", `import {\n  x,\n  y,\n} from "../gateway/mod.ts";`, false],
  ["lib/runner/a.ts", `import "../gateway/mod.ts";`, false],
  ["lib/runner/a.ts", `import { x } from "@/lib/gateway/mod.ts";`, false],
  ["lib/runner/a.ts", `// import { x } from "../gateway/mod.ts";`, true],
  ["lib/gateway/a.ts", `import { x } from "../runner/mod.ts";`, false],
  ["lib/gateway/a.ts", `import { x } from "../store/mod.ts";`, false],
  ["lib/gateway/a.ts", `import { x } from "../inspect/mod.ts";`, false],
  ["lib/store/a.ts", `import { StoreError } from "../gateway/gateway_store.ts";`, true],
  ["lib/store/a.ts", `import { x } from "../gateway/sweep.ts";`, false],
  ["lib/inspect/a.ts", `import type { GatewayView } from "../gateway/view.ts";`, true],
  ["lib/inspect/a.ts", `import { x } from "../gateway/view.ts";`, false],
  ["lib/config/a.ts", `import { GATEWAY_DEFAULTS } from "../gateway/options.ts";`, true],
  ["lib/config/a.ts", `import { Gateway } from "../gateway/gateway.ts";`, false],
  ["routes/a.ts", `import { x } from "../lib/store/mod.ts";`, false],
  ["routes/a.ts", `import { x } from "../lib/inspect/mod.ts";`, true],
  ["islands/a.tsx", `import { x } from "../lib/delivery/mod.ts";`, false],
  ["components/a.tsx", `import { x } from "../islands/A.tsx";`, false],
];

Deno.test("arrowViolations() tells a right arrow from a wrong one", () => {
  for (const [path, text, allowed] of ARROWS) {
    assertEquals(arrowViolations([{ path, text }]).length === 0, allowed, `${path}: ${text}`);
  }
});

const REALITY: readonly [path: string, text: string, allowed: boolean][] = [
  ["lib/host/system_host.ts", "performance.now() + Date.now()", true],
  ["lib/runner/a.ts", "const at = Date.now();", false],
  ["lib/runner/a.ts", "const at = new Date();", false],
  ["lib/runner/a.ts", "const at = new Date(host.epoch());", true],
  ["lib/runner/a.ts", "performance.now()", false],
  ["lib/runner/a.ts", "setTimeout(run, 5)", false],
  ["lib/runner/a.ts", "globalThis.setTimeout(run, 5)", false],
  ["lib/runner/a.ts", "host.setTimeout(run, 5)", true],
  ["lib/runner/a.ts", "setInterval(run, 5)", false],
  ["lib/runner/a.ts", "Math.random()", false],
  ["lib/runner/a.ts", "crypto.getRandomValues(bytes)", false],
  ["lib/runner/a.ts", "crypto.randomUUID()", false],
  ["lib/runner/a.ts", "queueMicrotask(run)", false],
  ["lib/runner/a.ts", "AbortSignal.timeout(5)", false],
  ["lib/runner/a.ts", "// Date.now() would be wrong here", true],
  ["lib/runner/a.ts", "/** Not Math.random(). */", true],
  ["lib/runner/a.ts", `throw new Error("setTimeout is not there")`, true],
  ["lib/runner/a.ts", "Deno.readFile(path)", true],
  ["lib/delivery/a.ts", "Deno.readFile(path)", false],
  ["lib/protocol/a.ts", `console.log("x")`, false],
];

Deno.test("purityViolations() tells the host's from the real ones", () => {
  for (const [path, text, allowed] of REALITY) {
    assertEquals(purityViolations([{ path, text }]).length === 0, allowed, `${path}: ${text}`);
  }
});

Deno.test("the rules look at every room there is", () => {
  const seen = new Set(sources.map(({ path }) => path.split("/").slice(0, 2).join("/")));
  for (const room of ["lib/protocol", "lib/delivery", "lib/gateway", "lib/host"]) {
    assertEquals(seen.has(room), true, room);
  }
});
