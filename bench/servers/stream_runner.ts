/**
 * A runner alone, for `bench/stream.ts`, with an actor that answers POST with how many bytes have
 * come, and GET with as many bytes as its path says. Arguments: the gateway's URL, and its token.
 */
import { startDormouse } from "@/lib/dormouse.ts";
import { systemHost } from "@/lib/host/system_host.ts";
import { defineActor } from "@/lib/mod.ts";
import { supply } from "../supply.ts";

const pump = defineActor({
  async fetch(_actor, request) {
    if (request.method === "GET") {
      return new Response(supply(Number(new URL(request.url).pathname.slice(1))));
    }
    let bytes = 0;
    for await (const part of request.body ?? []) bytes += part.length;
    return new Response(`${bytes}`);
  },
});

const dormouse = await startDormouse({
  host: systemHost,
  version: "bench",
  runner: {
    definitions: { pump },
    name: "default",
    totalSlots: 10,
    version: 1,
    namespace: "default",
    protocolVersion: 7,
    endpoint: Deno.args[0]!,
    token: Deno.args[1]!,
    options: {},
  },
  onError: (error) => console.error(error),
});
await dormouse.runner!.ready;
console.log("ready");
