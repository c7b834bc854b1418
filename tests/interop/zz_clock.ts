import { Client } from "../support/client.ts";
import { System } from "../support/system.ts";
const E = "http://127.0.0.1:6420";
const api = async (m: string, p: string, b?: unknown) => {
  const r = await fetch(E + p, {
    method: m,
    headers: { authorization: "Bearer dev", "content-type": "application/json" },
    body: b ? JSON.stringify(b) : null,
  });
  return await r.json();
};
const v = Number(Deno.args[0] ?? 7), pool = `try-v${v}`;
await using system = await System.start({
  env: {
    RIVET_ENDPOINT: E,
    RIVET_TOKEN: "dev",
    RIVET_NAMESPACE: "default",
    RIVET_RUNNER: pool,
    DORMOUSE_PROTOCOL_VERSION: String(v),
    DORMOUSE_LOG: "debug",
  },
});
await new Promise((r) => setTimeout(r, 3000));
const a = await api("POST", "/actors?namespace=default", {
  name: "clock",
  key: null,
  runner_name_selector: pool,
  crash_policy: "sleep",
});
console.log(JSON.stringify(a));
const id = a.actor.actor_id;
const k = await Client.open(`ws://127.0.0.1:6420/`, [
  "rivet",
  "rivet_target.actor",
  `rivet_actor.${id}`,
]);
const t = performance.now();
k.next().then((m) => console.log("tick", m, performance.now() - t), (e) => console.log(e));
await new Promise((r) => setTimeout(r, 3000));
const s = await system.snapshot();
console.log(
  s.events.slice(0, 40).map((e) => `${e.ts - s.startedTs} ${JSON.stringify(e)}`).reverse().join(
    "\n",
  ),
);
console.log(s.sockets, s.actors);
Deno.exit(0); console.log(system.output.slice(-3000));
