/** What can be wrong with a cable, each for a while, and right again afterwards. */
import type { VirtualHost } from "../../lib/host/virtual_host.ts";
import { type Cable, type Carry, carryAtOnce, type Direction } from "../interop/cable.ts";
import { sleep } from "./counter_load.ts";

export interface Trouble {
  readonly name: string;
  happen(cable: Cable, random: VirtualHost): Promise<void>;
}

/** So many bytes of a read go one by one: enough for the heads of its frames. */
const BYTES_ALONE = 200;

export const TROUBLES: readonly Trouble[] = [
  {
    name: "cut",
    // deno-lint-ignore require-await
    happen: async (cable) => cable.cut(),
  },
  {
    name: "cut, and away",
    async happen(cable, random) {
      cable.down();
      await sleep(between(random, 50, 2_000));
      cable.mend();
    },
  },
  {
    name: "slow",
    happen: (cable, random) => {
      const ms = between(random, 1, 100);
      return carrying(cable, random, async (bytes, write) => {
        await sleep(ms);
        await write(bytes);
      });
    },
  },
  {
    name: "byte by byte",
    happen: (cable, random) =>
      carrying(cable, random, async (bytes, write) => {
        const alone = Math.min(bytes.length, BYTES_ALONE);
        for (let at = 0; at < alone; at++) await write(bytes.subarray(at, at + 1));
        await write(bytes.subarray(alone));
      }),
  },
  {
    name: "chopped, and cut within a frame",
    async happen(cable, random) {
      await carrying(cable, random, async (bytes, write) => {
        for (let at = 0; at < bytes.length;) {
          const end = at + 1 + Math.floor(random.random() * 40);
          await write(bytes.subarray(at, end));
          if (random.random() < 0.01) cable.cut();
          at = end;
        }
      });
    },
  },
  {
    name: "stalled, and on again",
    async happen(cable, random) {
      const only = oneOrBoth(random);
      const stalled = sleep(between(random, 200, 1_500));
      cable.carry = async (bytes, write, direction) => {
        if (only === undefined || direction === only) await stalled;
        await write(bytes);
      };
      await stalled;
      cable.carry = carryAtOnce;
    },
  },
  {
    name: "half-open until it is cut",
    async happen(cable, random) {
      cable.strand(oneOrBoth(random));
      await sleep(between(random, 100, 1_500));
      cable.cut();
    },
  },
  {
    name: "half-open until somebody notices",
    // The ends find out by their pings, and whoever does connects anew.
    // deno-lint-ignore require-await
    happen: async (cable, random) => cable.strand(oneOrBoth(random)),
  },
];

/** Carries so for a while. */
async function carrying(cable: Cable, random: VirtualHost, carry: Carry): Promise<void> {
  cable.carry = carry;
  await sleep(between(random, 200, 1_500));
  cable.carry = carryAtOnce;
}

function oneOrBoth(random: VirtualHost): Direction | undefined {
  const which = Math.floor(random.random() * 3);
  return which === 0 ? "toGateway" : which === 1 ? "toRunner" : undefined;
}

function between(random: VirtualHost, least: number, most: number): number {
  return least + random.random() * (most - least);
}
