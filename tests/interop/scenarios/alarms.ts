/** Alarms, and the events that set them. */
import { assert, assertEquals } from "@std/assert";
import { eventually } from "../gateway_side.ts";
import type { Scenario } from "../scenario.ts";

const DAY_MS = 86_400_000;

export const alarms: readonly Scenario[] = [
  {
    name: "an alarm runs once",
    async run(world) {
      const id = await world.create();
      const client = await world.open(id);
      await client.ask("alarm 200");
      await eventually("it has run", async () => (await world.state(id)).alarms > 0);
      await settled();
      assertEquals((await world.state(id)).alarms, 1);
    },
  },
  {
    name: "an alarm that is past runs at once",
    async run(world) {
      const id = await world.create();
      await (await world.open(id)).ask("alarm -1000");
      await eventually("it has run", async () => (await world.state(id)).alarms === 1);
    },
  },
  {
    name: "a new alarm replaces the one before",
    async run(world) {
      const id = await world.create();
      const client = await world.open(id);
      await client.ask("alarm 1500");
      await client.ask(`alarm ${DAY_MS}`);
      await settled();
      assertEquals((await world.state(id)).alarms, 0);
    },
  },
  {
    name: "an alarm that is taken back does not wake the sleeper",
    async run(world) {
      const id = await world.create();
      const client = await world.open(id);
      await client.ask("alarm 1500");
      await client.ask("alarm off");
      await world.sleep(id, client);
      await settled();
      assertEquals(typeof (await world.actor(id))?.sleep_ts, "number");
      assertEquals((await world.state(id)).alarms, 0);
    },
  },
  {
    name: "an alarm for a far time does not wake the sleeper",
    async run(world) {
      const id = await world.create();
      const client = await world.open(id);
      await client.ask(`alarm ${60 * DAY_MS}`);
      await world.sleep(id, client);
      await settled();
      assertEquals(typeof (await world.actor(id))?.sleep_ts, "number");
    },
  },
  {
    name: "three alarms one after another wake it three times",
    async run(world) {
      const id = await world.create();
      const client = await world.open(id);
      for (let i = 1; i <= 3; i++) {
        await client.ask("alarm 1500");
        await world.sleep(id, client);
        await eventually(
          "it is awake by itself",
          async () => typeof (await world.actor(id))?.connectable_ts === "number",
        );
        await eventually("its alarm has run", async () => (await world.state(id)).alarms === i);
      }
      assertEquals((await world.state(id)).starts, 4);
    },
  },
  {
    name: "after 300 events an actor sleeps, wakes and reconnects as before",
    slow: ["Rivet Engine"],
    ownRunner: true,
    async run(world) {
      const cable = world.cable();
      const runner = await world.runner({ endpoint: cable.endpoint });
      const id = await world.create();
      const client = await world.open(id);
      for (let i = 0; i < 300; i++) {
        assertEquals(await client.ask(`alarm ${DAY_MS + i}`), "alarm set");
      }
      await client.ask("alarm off");
      await world.sleep(id, client);
      assertEquals(await client.ask("inc"), `{"count":1}`);
      cable.cut();
      await runner.connected(2);
      const state = await world.state(id);
      assertEquals([state.count, state.alarms], [1, 0]);
      assert(state.starts >= 2);
    },
  },
];

/** Longer than the alarms of these scenarios. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2_000));
}
