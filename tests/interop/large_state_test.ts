/** A state that takes several puts, on each gateway: it is there after a sleep, grown or shrunk. */
import { assertEquals } from "@std/assert";
import { rivetEngine } from "./engine.ts";
import { dormouseRunner } from "./runners.ts";
import type { Scenario } from "./scenario.ts";
import { engineIsMissing, GATEWAYS, nameOf, Suite } from "./suite.ts";
import { within } from "./world.ts";

const MIB = 1024 * 1024;

const scenario: Scenario = {
  name: "a state of several MiB is kept, and is there after a sleep",
  // Acks may take as long as they may by default: a busy machine writes slowly.
  ownGateway: { timers: "default" },
  slow: true,
  async run(world) {
    await world.runner();
    const id = await world.create();
    const client = await world.open(id);
    const ask = (text: string) => within(client.ask(text), text, 30_000);
    let count = 0;
    // Into the second slot, into the first one, and back into one put.
    for (const length of [3 * MIB, 2 * MIB, 10]) {
      assertEquals(await ask(`swell ${length}`), "swollen");
      assertEquals(await ask("inc"), JSON.stringify({ count: ++count }));
      await world.sleep(id, client);
      assertEquals(await ask("weigh"), String(length));
      assertEquals(await ask("inc"), JSON.stringify({ count: ++count }));
    }
  },
};

const missing = await engineIsMissing();
if (missing !== undefined) console.error(`${missing}: its pairing is left out`);

for (const gateway of GATEWAYS) {
  const pairing = { runner: dormouseRunner, gateway };
  Deno.test({
    name: `${nameOf(pairing)}: ${scenario.name}`,
    ignore: missing !== undefined && gateway === rivetEngine,
    async fn() {
      let failure = await play();
      // An engine that hangs is no fault of ours: a fresh one has the last word.
      if (failure !== null && gateway === rivetEngine) {
        console.error(`Played once more: ${failure}`);
        failure = await play();
      }
      if (failure !== null) throw failure;

      async function play(): Promise<Error | null> {
        await using suite = new Suite({ atOnce: 1 });
        return (await suite.play(pairing, scenario)).failure;
      }
    },
  });
}
