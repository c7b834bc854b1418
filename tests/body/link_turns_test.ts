import { assertEquals } from "@std/assert";
import { BodySource } from "../../lib/body/body_source.ts";
import { LinkTurns } from "../../lib/body/link_turns.ts";
import { OutgoingBody } from "../../lib/body/outgoing_body.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";

const OPTIONS = { linkBufferBytes: 100, linkPollMs: 5 };

Deno.test("linkTurns.take() calls at once while the link has room, and in turn when it has again", async () => {
  const host = new VirtualHost();
  const link = { bufferedBytes: 100 };
  const turns = new LinkTurns(host, link, OPTIONS);
  const sent: string[] = [];
  turns.take(() => sent.push("a"));
  assertEquals(sent, ["a"]);
  link.bufferedBytes = 101;
  for (const name of ["b", "c", "d"]) {
    turns.take(() => {
      sent.push(name);
      link.bufferedBytes += 60;
    });
  }
  await host.advance(5);
  assertEquals(sent, ["a"]);
  link.bufferedBytes = 0;
  // One that comes while others wait is behind them, though there is room.
  turns.take(() => sent.push("e"));
  assertEquals(sent, ["a"]);
  await host.advance(5);
  assertEquals(sent, ["a", "b", "c"]);
  link.bufferedBytes = 0;
  await host.advance(5);
  assertEquals([sent, host.timers], [["a", "b", "c", "d", "e"], 0]);
});

Deno.test("linkTurns gives each of several bodies a chunk, then the next", async () => {
  const host = new VirtualHost();
  const link = { bufferedBytes: 0 };
  const turns = new LinkTurns(host, link, OPTIONS);
  const sent: string[] = [];
  const bodies = ["a", "b", "c"].map((name) =>
    new OutgoingBody({
      source: new BodySource(
        ReadableStream.from([new Uint8Array(1), new Uint8Array(1), new Uint8Array(1)]),
      ),
      turns,
      send: () => {
        sent.push(name);
        link.bufferedBytes += 101;
      },
    })
  );
  const done = Promise.all(bodies.map((body) => body.run()));
  for (let i = 0; i < 20; i++) {
    link.bufferedBytes = 0;
    await host.advance(5);
  }
  await done;
  assertEquals(sent.length, 9);
  for (let i = 0; i < 9; i += 3) assertEquals(new Set(sent.slice(i, i + 3)).size, 3, `${sent}`);
});
