/**
 * The faults that are over within seconds, between real processes: what the clients see of Dormouse's
 * gateway. By when they see it is held on virtual time, in tests/simulation/faults_test.ts, and
 * measured by `deno task faults`.
 */
import { assertMatch } from "@std/assert";
import { dormouseGateway } from "../dormouse_gateway.ts";
import { dormouseRunner } from "../runners.ts";
import { measure } from "./measure.ts";
import { FAULTS } from "./mod.ts";

const OVER_SOON_MS = 6_000;
const quick = FAULTS.filter(({ bound }) => bound.withinMs <= OVER_SOON_MS)
  // Side by side: each waits more than it works.
  .map((fault) => ({ ...fault, waits: "everywhere" as const }));

Deno.test("clients of Dormouse's gateway see what they must when something breaks", async (t) => {
  const pairing = { gateway: dormouseGateway, runner: dormouseRunner };
  for (const { fault, saw } of await measure(quick, [pairing], 1, { betweenMs: 0 })) {
    await t.step(fault.name, () => assertMatch(saw, fault.bound.saw));
  }
});
