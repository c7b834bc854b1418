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
for (const v of Deno.args.map(Number)) {
  const pool = `try-v${v}`;
  console.log("==== version", v);
  await api("PUT", `/runner-configs/${pool}?namespace=default`, {
    datacenters: { default: { normal: {} } },
  });
  const system = await System.start({
    env: {
      RIVET_ENDPOINT: E,
      RIVET_TOKEN: "dev",
      RIVET_NAMESPACE: "default",
      RIVET_RUNNER: pool,
      DORMOUSE_PROTOCOL_VERSION: String(v),
      DORMOUSE_LOG: "debug",
    },
  });
  try {
    const open = (id: string, path = "/") =>
      Client.open(`ws://127.0.0.1:6420${path}`, [
        "rivet",
        "rivet_target.actor",
        `rivet_actor.${id}`,
      ]);
    const make = async (name: string) => {
      for (let i = 0; i < 20; i++) {
        const a = await api("POST", "/actors?namespace=default", {
          name,
          key: null,
          runner_name_selector: pool,
          crash_policy: "sleep",
        });
        if (a.actor) return a.actor.actor_id as string;
        if (i === 19) console.log(a);
        await new Promise((r) => setTimeout(r, 300));
      }
      throw new Error("no actor");
    };
    const timed = async (name: string, p: Promise<unknown>) => {
      const t = performance.now();
      const r = await Promise.race([
        p.catch((e) => "ERR " + e),
        new Promise((r) => setTimeout(() => r("TIMEOUT"), 12000)),
      ]);
      console.log(
        name,
        r instanceof Uint8Array ? r.length : r,
        Math.round(performance.now() - t),
        "ms",
      );
      return r;
    };
    const counter = await make("counter");
    const c = await open(counter);
    await timed("inc", c.ask("inc"));
    await timed("inc", c.ask("inc"));
    let s = await system.snapshot();
    console.log(
      "sockets",
      s.sockets.map((x) => [x.hibernatable, x.received, x.committed, x.acked]),
      "actors",
      s.actors.map((a) => [a.name, a.phase, a.generation]),
    );
    await timed("http", fetch(`${E}/gateway/${counter}/x`).then((r) => r.text()));
    console.log(
      "sleep",
      JSON.stringify(await api("POST", `/actors/${counter}/sleep?namespace=default`, {})),
    );
    await new Promise((r) => setTimeout(r, 1000));
    s = await system.snapshot();
    console.log(
      "after sleep: actors",
      s.actors.map((a) => [a.name, a.phase, a.generation]),
      "client open",
      c.isOpen,
    );
    await timed("inc after sleep", c.isOpen ? c.ask("inc") : (await open(counter)).ask("inc"));
    if (c.isOpen) {
      await timed("inc", c.ask("inc"));
      console.log(
        "sleep2",
        JSON.stringify(await api("POST", `/actors/${counter}/sleep?namespace=default`, {})),
      );
      await new Promise((r) => setTimeout(r, 800));
      await timed("inc after sleep 2", c.ask("inc"));
    }
    await timed("http", fetch(`${E}/gateway/${counter}/x`).then((r) => r.text()));
    const clock = await make("clock");
    const k = await open(clock);
    await timed("tick", k.next());
    await timed("tick", k.next());
    await timed("tick", k.next());
    const echo = await make("echo");
    const e = await open(echo);
    const big = new Uint8Array(1_000_000).fill(7);
    e.send(big);
    await timed("echo 1MB", e.next());
    await timed(
      "echo http",
      fetch(`${E}/gateway/${echo}/x`, { method: "POST", body: "hello" }).then((r) => r.text()),
    );
    s = await system.snapshot();
    console.log(
      "end: events unacked etc",
      JSON.stringify(s.tunnel),
      s.sockets.map((x) => [x.actorName, x.hibernatable, x.received, x.committed]),
    );
    console.log(
      "events",
      s.events.map((x) => x.kind + ("detail" in x ? ":" + x.detail : "")).join(" | ").slice(0, 600),
    );
    for (const x of [c, k, e]) {
      if (x.isOpen) {
        await Promise.race([
          x.close(),
          new Promise((r) => setTimeout(r, 3000)),
        ]);
      }
    }
  } catch (err) {
    console.log("FAILED", err);
  } finally {
    const t = performance.now();
    system.signal("SIGTERM");
    const st = await system.exit();
    console.log("exit", st.code, Math.round(performance.now() - t), "ms");
    console.log(
      system.output.split("\n").filter((l) => /warn|error|dropp|lost/i.test(l)).slice(0, 12).join(
        "\n",
      ),
    );
  }
}
