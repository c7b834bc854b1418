import { assertEquals } from "@std/assert";
import * as reference from "@rivetkit/engine-runner";
import { Runner } from "../../lib/compat/engine_runner.ts";
import { type ContractClass, ContractWorld } from "./contract_world.ts";
import { CONTRACTS } from "./contracts.ts";

const CLASSES: readonly [name: string, Class: ContractClass][] = [
  ["Dormouse", Runner],
  ["engine-runner 2.2.1", reference.Runner as unknown as ContractClass],
];

for (const contract of CONTRACTS) {
  for (const [name, Class] of CLASSES) {
    const isReference = Class !== Runner;
    Deno.test({
      name: `${contract.name} (${name})`,
      // It leaves timers and its socket behind.
      sanitizeOps: !isReference,
      sanitizeResources: !isReference,
      async fn() {
        await using world = await ContractWorld.start(Class, contract.config);
        const expected = isReference && contract.reference
          ? contract.reference.sees
          : contract.sees;
        assertEquals(await contract.run(world), expected);
      },
    });
  }
}

Deno.test("the contracts cover every method and getter of the reference", () => {
  const covered = new Set<string>(CONTRACTS.flatMap(({ covers }) => covers));
  const missing = Object.getOwnPropertyNames(reference.Runner.prototype)
    .filter((name) => !covered.has(name));
  assertEquals(missing.sort(), ["__sendToServer", "constructor"]);
});
