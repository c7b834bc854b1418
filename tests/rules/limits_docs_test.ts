/** docs/limits.md: every limit that it names is an option, and every size that is an option is named. */
import { assert, assertEquals } from "@std/assert";
import { FAULT_LIMITS } from "../../lib/faults/mod.ts";
import { GATEWAY_DEFAULTS } from "../../lib/gateway/options.ts";
import { INSPECT_LIMITS } from "../../lib/inspect/limits.ts";
import { RUNNER_DEFAULTS } from "../../lib/runner/options.ts";
import { STORE_DEFAULTS } from "../../lib/store/options.ts";
import { ROOT } from "./source.ts";

const OPTIONS: Readonly<Record<string, object>> = {
  gateway: GATEWAY_DEFAULTS,
  runner: RUNNER_DEFAULTS,
  store: STORE_DEFAULTS,
  inspect: INSPECT_LIMITS,
  faults: FAULT_LIMITS,
};
const SIZE = /(Messages|Bytes|Operations|Requests|Sockets|InFlight|Unacked|Ids|namespaces)$/;
const text = Deno.readTextFileSync(`${ROOT}/docs/limits.md`);
const named = [...text.matchAll(/`(gateway|runner|store|inspect|faults)\.(\w+)`/g)]
  .map(([, room, option]) => ({ room: room!, option: option! }));

Deno.test("docs/limits.md names no limit that is not an option", () => {
  const unknown = named.filter(({ room, option }) => !(option in OPTIONS[room]!));
  assertEquals(unknown, []);
  assert(named.length > 40);
});

Deno.test("docs/limits.md names every option of gateway, runner and store that bounds a size", () => {
  const missing = ["gateway", "runner", "store"].flatMap((room) =>
    Object.entries(OPTIONS[room]!)
      .filter(([option, value]) => typeof value === "number" && SIZE.test(option))
      // Nothing grows up to it: it says how a file is checked.
      .filter(([option]) => option !== "checkedBytes")
      .map(([option]) => `${room}.${option}`)
      .filter((name) => !text.includes(`\`${name}\``))
  );
  assertEquals(missing, []);
});

Deno.test("docs/limits.md names tests that are there and speak of the limit", () => {
  for (const row of text.split("\n").filter((line) => /^\|.*`tests\//.test(line))) {
    const files = [...row.matchAll(/`(tests\/[\w/]+_test\.ts)`/g)].map(([, file]) => file!);
    const sources = files.map((file) => Deno.readTextFileSync(`${ROOT}/${file}`)).join("\n");
    for (const [, option] of row.matchAll(/`(?:gateway|runner|store|inspect|faults)\.(\w+)`/g)) {
      assert(new RegExp(`\\b${option}\\b`).test(sources), `${option} in ${files}`);
    }
  }
});
