import { World } from "../world.ts";
import { dormouseGateway } from "../dormouse_gateway.ts";
import { dormouseRunner } from "../runners.ts";
import { passed } from "./fault.ts";
import { WebSocket as Ws } from "ws";
await using gateway = await dormouseGateway.start();
await using world = new World({
  pairing: { gateway: dormouseGateway, runner: dormouseRunner },
  gateway,
  namespace: "default",
  pool: "x",
});
const cable = world.cable();
const runner = await world.runner({ endpoint: cable.endpoint });
const id = await world.create();
const seen: Record<string, number> = {};
const kind = Deno.args[0];
for (let round = 1; round <= 5; round++) {
  const clients = await Promise.all(Array.from({ length: 10 }, async () => {
    const url = `${gateway.url.replace("http", "ws")}/gateway/${id}/?hibernate=0`;
    const s: any = kind === "ws" ? new Ws(url, ["rivet"]) : new WebSocket(url, ["rivet"]);
    let rst = "";
    const closed = new Promise<string>((r) => {
      s.onerror = (e: any) => rst += ` error ${e.message}`;
      s.onclose = (e: any) => r(`${e.code} ${e.reason.replace(/#.*/, "")}${rst}`);
    });
    await new Promise((r) => s.onopen = r);
    return { s, closed };
  }));
  let over = false;
  const talk = clients.map(async ({ s }) => {
    while (!over && s.readyState === 1) {
      s.send("inc");
      await passed(2);
    }
  });
  await passed(1200);
  cable.cut();
  const t = performance.now();
  await Promise.all(clients.map(async ({ s, closed }) => {
    const k = await Promise.race([closed, passed(5000)]) ?? `none ${s.readyState}`;
    seen[k] = (seen[k] ?? 0) + 1;
  }));
  over = true;
  await Promise.all(talk);
  console.log(round, (performance.now() - t).toFixed(0), JSON.stringify(seen));
  await runner.connected(round + 1, 5000);
}
