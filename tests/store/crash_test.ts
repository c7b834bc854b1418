import { assert, assertEquals } from "@std/assert";
import { VirtualHost } from "@/lib/host/virtual_host.ts";
import { actorId } from "@/lib/protocol/ids.ts";
import { openStore } from "@/lib/store/mod.ts";
import { bytes, text } from "./records.ts";
import { withDirectory } from "./temp_directory.ts";

const CHILD = new URL("./crash_child.ts", import.meta.url).pathname;

Deno.test("sqliteStore keeps every acknowledged write of a process that was killed, again and again", () =>
  withDirectory(async (directory) => {
    for (const enough of [1, 40, 200]) {
      const acked = await writeUntilKilled(directory, enough);
      // No step by hand: the next start finds the log and plays it back.
      const store = await openStore({ directory, host: new VirtualHost() });
      for (const [writer, count] of acked) {
        const actor = actorId(`actor-${writer}`);
        const { values } = await store.kv.get(actor, [bytes("state"), bytes("index")]);
        const [state, index] = values.map((value) => Number(text(value)));
        assertEquals(state, index);
        assert(state! >= count, `writer ${writer} was told ${count}, kept is ${state}`);
        // One more may be durable than could be told before the end.
        assert(state! <= count + 1, `writer ${writer} was told ${count}, kept is ${state}`);
      }
      await store.close();
    }
  }));

/** Lets a child write until it has reported `enough` lines, kills it, and reads what it said. */
async function writeUntilKilled(directory: string, enough: number): Promise<Map<number, number>> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-read", "--allow-write", CHILD, directory],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const acked = new Map<number, number>();
  let lines = 0;
  let rest = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop()!;
    for (const line of parts) {
      const [writer, count] = line.split(" ").map(Number);
      acked.set(writer!, count!);
      if (++lines === enough) child.kill("SIGKILL");
    }
  }
  const { signal } = await child.status;
  assertEquals(signal, "SIGKILL");
  return acked;
}
