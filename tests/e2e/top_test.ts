import { assert, assertEquals, assertMatch } from "@std/assert";
import { Client } from "../support/client.ts";
import { System } from "../support/system.ts";

const ROOT = Deno.realPathSync(`${import.meta.dirname}/../..`);
const COMMAND = [
  "run",
  "--quiet",
  "--allow-net",
  "--allow-env",
  "--allow-read",
  `${ROOT}/top/main.ts`,
];

async function top(system: System, ...args: string[]): Promise<Deno.CommandOutput> {
  return await new Deno.Command(Deno.execPath(), {
    args: [...COMMAND, "--url", system.uiUrl, "--token", system.token, ...args],
    env: { NO_COLOR: "1" },
  }).output();
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

Deno.test("deno task top --once prints what is there, --json prints it for programs, and both end", async () => {
  await using system = await System.start();
  const client = await Client.open(system.actorUrl("counter", "shown"));
  await client.ask("inc");
  const once = await top(system, "--once");
  assertEquals([once.code, text(once.stderr)], [0, ""]);
  assertMatch(text(once.stdout), /actors +1 awake · 0 asleep/);
  assertMatch(text(once.stdout), /^counter\/shown +running +1/m);
  const json = JSON.parse(text((await top(system, "--json", "--list", "sockets")).stdout));
  assertEquals([json.overview.totals.socketsOpen, json.sockets[0].acked], [1, 1]);
  await client.close();
});

Deno.test("deno task top says what is wrong: a token, an address, a list", async () => {
  await using system = await System.start();
  for (
    const [args, code, words] of [
      [["--once", "--token", "wrong-token-0123456"], 1, /401: /],
      [["--once", "--url", "http://127.0.0.1:1"], 1, /does not answer/],
      [["--url", "nowhere"], 2, /--url is "nowhere", wanted is/],
      [["--list", "cats"], 2, /wanted is: actors, sockets, runners/],
    ] as const
  ) {
    const found = await top(system, ...args);
    assertEquals([found.code, text(found.stdout)], [code, ""]);
    assertMatch(text(found.stderr), words);
  }
});

Deno.test({
  name: "deno task top in a terminal draws, follows keys, and leaves the terminal as it was",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using system = await System.start();
    const client = await Client.open(system.actorUrl("counter", "shown"));
    const command = [Deno.execPath(), ...COMMAND, "--url", system.uiUrl, "--token", system.token];
    const child = new Deno.Command("script", {
      args: ["-qec", `stty cols 120 rows 30; ${command.join(" ")}`, "/dev/null"],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const keys = child.stdin.getWriter();
    const press = (key: string) => keys.write(new TextEncoder().encode(key));
    let drawn = "";
    for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
      const before = drawn;
      drawn += part;
      const now = (words: string) => drawn.includes(words) && !before.includes(words);
      if (now("counter/shown")) await press("\t");
      if (now("SOCKET ")) await press("?");
      if (now("this help")) await press("q");
    }
    const { code } = await child.status;
    await keys.close().catch(() => {});
    assertEquals(code, 0);
    // Deno itself may have cleared a line before.
    // deno-lint-ignore no-control-regex -- what terminals are sent begins with it
    assertMatch(drawn, /^(?:\x1b\[[0-9]*[A-Z])*\x1b\[\?1049h\x1b\[\?25l/);
    assert(drawn.trimEnd().endsWith("\x1b[?25h\x1b[?1049l"), "It gives the screen back");
    await client.close();
  },
});
