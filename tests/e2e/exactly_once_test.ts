import { assert, assertEquals } from "@std/assert";
import { Client } from "../support/client.ts";
import { System, until } from "../support/system.ts";

const CLIENTS = 100;
const MESSAGES = 100;
/** As many actions as there is time for. */
const UNHURRIED = {
  DORMOUSE_UI_ACTIONS_PER_MINUTE: "1000000",
  DORMOUSE_UI_ACTIONS_PER_MINUTE_IN_ALL: "1000000",
};

for (const firstIndex of [0, 32_767 - 50, 65_535 - 50]) {
  Deno.test(`100 clients get every answer once and in order while actors hibernate, from index ${firstIndex}`, async () => {
    await using system = await System.start({
      env: { ...UNHURRIED, DORMOUSE_GATEWAY_FIRST_MESSAGE_INDEX: String(firstIndex) },
    });
    // Ten rooms of ten clients: sockets of one actor sleep and wake together.
    const clients = await Promise.all(
      Array.from(
        { length: CLIENTS },
        (_, i) => Client.open(system.actorUrl("echo", `room-${i % 10}`)),
      ),
    );
    let done = false;
    const hibernating = hibernateAtRandom(system, () => done);
    await Promise.all(clients.map(async (client, i) => {
      for (let n = 0; n < MESSAGES; n++) client.send(`${i}:${n}`);
      for (let n = 0; n < MESSAGES; n++) assertEquals(await client.next(), `${i}:${n}`);
    }));
    done = true;
    const sleeps = await hibernating;
    assert(sleeps > 0, "No actor was hibernated while the messages were on their way");
    for (const client of clients) assert(client.isOpen);
    await Promise.all(clients.map((client) => client.close()));
  });
}

Deno.test("counter counts each inc once while it hibernates at random", async () => {
  await using system = await System.start({
    env: { ...UNHURRIED, DORMOUSE_GATEWAY_FIRST_MESSAGE_INDEX: "65500" },
  });
  const client = await Client.open(system.actorUrl("counter", "random"));
  let done = false;
  const hibernating = hibernateAtRandom(system, () => done);
  for (let n = 1; n <= 300; n++) assertEquals(await client.ask("inc"), `{"count":${n}}`);
  done = true;
  assert(await hibernating > 0);
  await client.close();
});

Deno.test("counter loses no answered increment to kill -9, and doubles none", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "dormouse-test-" });
  let answered = 0;
  let sent = 0;
  for (let round = 0; round < 3; round++) {
    const system = await System.start({ dataDir });
    const client = await Client.open(system.actorUrl("counter", "killed"));
    const before = count(await client.ask("get"));
    assert(before >= answered, `${before} is fewer than the ${answered} that were answered`);
    assert(before <= sent, `${before} is more than the ${sent} that were sent`);
    answered = sent = before;
    const receiving = (async () => {
      try {
        for (;;) answered = count(await client.next());
      } catch {
        // The process is gone.
      }
    })();
    // A window of ten in flight, until enough were answered to be in the middle of things.
    await until("200 increments are answered", () => {
      while (client.isOpen && sent - answered < 10) {
        client.send("inc");
        sent++;
      }
      return answered - before >= 200;
    });
    await system.kill();
    await receiving;
  }
  await using system = await System.start({ dataDir });
  const client = await Client.open(system.actorUrl("counter", "killed"));
  const after = count(await client.ask("get"));
  assert(after >= answered && after <= sent, `${answered} ≤ ${after} ≤ ${sent}`);
  await client.close();
});

function count(message: string | Uint8Array): number {
  return JSON.parse(String(message)).count;
}

/** Hibernates whatever runs, again and again; tells how often an actor left memory. */
async function hibernateAtRandom(system: System, isDone: () => boolean): Promise<number> {
  let sleeps = 0;
  while (!isDone()) {
    const { actors } = await system.snapshot();
    const running = actors.filter(({ phase }) => phase === "running");
    const actor = running[Math.floor(Math.random() * running.length)];
    if (actor === undefined) continue;
    const { rows: [outcome] } = await system.act(`/api/actors/${actor.actorId}/hibernate`);
    if (outcome!.result === "asleep" || outcome!.result === "woken_again") sleeps++;
  }
  return sleeps;
}
