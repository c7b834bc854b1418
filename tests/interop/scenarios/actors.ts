/** Actors' lives, by the management API. */
import { assert, assertEquals } from "@std/assert";
import { eventually } from "../gateway_side.ts";
import type { Scenario } from "../scenario.ts";
import { within } from "../world.ts";

export const actors: readonly Scenario[] = [
  {
    name: "an actor that is created becomes connectable",
    async run(world) {
      const { status, json } = await world.api("POST", "/actors", world.spec({ key: "created" }));
      assertEquals(status, 200);
      const { actor_id, name, key, runner_name_selector, crash_policy } = json.actor;
      assertEquals(
        { name, key, runner_name_selector, crash_policy },
        {
          name: "probe",
          key: "created",
          runner_name_selector: world.pool,
          crash_policy: "sleep",
        },
      );
      await eventually(
        "it is connectable",
        async () => typeof (await world.actor(actor_id))?.connectable_ts === "number",
      );
    },
  },
  {
    name: "actors are listed by name and key",
    async run(world) {
      const id = await world.create({ key: "listed" });
      const byKey = await world.api("GET", "/actors?name=probe&key=listed");
      assertEquals(byKey.json.actors.map((actor: { actor_id: string }) => actor.actor_id), [id]);
      const byName = await world.api("GET", "/actors?name=probe&limit=100");
      assert(byName.json.actors.some((actor: { actor_id: string }) => actor.actor_id === id));
      assertEquals((await world.api("GET", "/actors?name=nobody")).json.actors, []);
    },
  },
  {
    name: "a key that is in use is refused",
    instead: [{
      gateway: "Rivet Engine",
      does: "refuses it as `destroyed_during_creation` at times",
      sometimes: true,
    }],
    async run(world) {
      const id = await world.create({ key: "twice" });
      const { status, json } = await world.api("POST", "/actors", world.spec({ key: "twice" }));
      assertEquals([json.group, json.code], ["actor", "duplicate_key"]);
      assert(status >= 400 && status < 500, `It is ${status}`);
      assertEquals(json.metadata.existing_actor_id, id);
    },
  },
  {
    name: "get-or-create makes one actor of a key",
    async run(world) {
      const first = await world.api("PUT", "/actors", world.spec({ key: "one" }));
      const second = await world.api("PUT", "/actors", world.spec({ key: "one" }));
      assertEquals([first.json.created, second.json.created], [true, false]);
      assertEquals(second.json.actor.actor_id, first.json.actor.actor_id);
    },
  },
  {
    name: "an actor's input reaches it",
    async run(world) {
      const id = await world.create({ input: btoa("hello") });
      assertEquals(await (await world.fetch(id, "/input")).text(), "hello");
    },
  },
  {
    name: "an actor knows its name and key",
    async run(world) {
      const id = await world.create({ key: "who" });
      const identity = await (await world.fetch(id, "/identity")).json();
      assertEquals(identity.name, "probe");
      assert(identity.key.includes("who"), `Its key is ${identity.key}`);
    },
  },
  {
    name: "an actor that is deleted is gone, and its key is free",
    async run(world) {
      const id = await world.create({ key: "deleted" });
      await world.state(id);
      const { status } = await world.api("DELETE", `/actors/${id}`);
      assertEquals(status, 200);
      await eventually(
        "it is destroyed",
        async () => typeof (await world.actor(id))?.destroy_ts === "number",
      );
      const listed = await world.api("GET", "/actors?name=probe&key=deleted");
      assertEquals(listed.json.actors, []);
      assert(await world.create({ key: "deleted" }) !== id);
    },
  },
  {
    name: "an actor ends itself",
    async run(world) {
      const id = await world.create();
      const client = await world.open(id);
      client.send("destroy");
      await eventually(
        "it is destroyed",
        async () => typeof (await world.actor(id))?.destroy_ts === "number",
      );
    },
  },
  {
    name: "the socket of an actor that is deleted is closed",
    async run(world) {
      const id = await world.create();
      const client = await world.open(id);
      assertEquals(await client.ask("hello"), "hello");
      await world.api("DELETE", `/actors/${id}`);
      await within(client.closed, "the socket is closed");
    },
    instead: [{ gateway: "Rivet Engine", does: "it stays open" }],
  },
  {
    name: "a request for a deleted actor answers 404",
    async run(world) {
      const id = await world.create();
      await world.state(id);
      await world.api("DELETE", `/actors/${id}`);
      const response = await world.fetch(id, "/state");
      const { group, code } = await response.json();
      assertEquals([response.status, group, code], [404, "actor", "not_found"]);
    },
  },
  {
    name: "deleting an actor that never was is refused",
    async run(world) {
      const { status, json } = await world.api("DELETE", `/actors/${await world.unknown()}`);
      assertEquals([json.group, json.code], ["actor", "not_found"]);
      assert(status >= 400 && status < 500, `It is ${status}`);
    },
  },
  {
    name: "the names of actors are listed",
    async run(world) {
      await world.create();
      const { json } = await world.api("GET", "/actors/names?limit=100");
      assert("probe" in json.names, JSON.stringify(json));
    },
  },
  {
    name: "an actor that is told to start anew does, and keeps its state",
    instead: [{ gateway: "Rivet Engine", does: "answers 200, and nothing happens" }],
    async run(world) {
      const id = await world.create();
      const client = await world.open(id);
      assertEquals(await client.ask("inc"), `{"count":1}`);
      const { status } = await world.api("POST", `/actors/${id}/reschedule`, {});
      assertEquals(status, 200);
      await eventually("it has started anew", async () => (await world.state(id)).starts === 2);
      assertEquals(await client.ask("inc"), `{"count":2}`);
    },
  },
];
