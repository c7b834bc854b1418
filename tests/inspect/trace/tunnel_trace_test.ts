/** What either end of a tunnel tells of its frames, in our gateway and our runner. */
import { assert, assertEquals } from "@std/assert";
import { actors } from "../../../actors/mod.ts";
import { aboutOf } from "../../../lib/inspect/trace/frame.ts";
import { decodedText } from "../../../lib/inspect/trace/decoded.ts";
import { Secrets } from "../../../lib/inspect/secrets.ts";
import {
  decodeToClient,
  decodeToServer,
  encodeToClient,
  encodeToServer,
  type ToClient,
  type ToServer,
  type TracedFrame,
} from "../../../lib/protocol/mod.ts";
import { FakeRunner } from "../../support/fake_runner.ts";
import { runnerWorld } from "../../support/fake_gateway.ts";
import { GatewayWorld } from "../../support/gateway_world.ts";
import { WholeWorld } from "../../support/whole_world.ts";

const secrets = new Secrets();

/** A frame in a line, as its message is now: the bytes in it are lent. */
function line(frame: TracedFrame): string {
  const size = frame.bytes === null ? "handed" : "frame";
  if ("unreadable" in frame) return `${frame.direction} ${size} ${frame.unreadable}`;
  return `${frame.direction} ${size} ${inOrder(frame.message)}`;
}

/** Decoded, with its members in the order of their names: on the wire they have none. */
function inOrder(message: ToClient | ToServer): string {
  return JSON.stringify(
    JSON.parse(
      decodedText(message, 4_096, secrets),
      (_name, value) =>
        value !== null && typeof value === "object" && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1))
          : value,
    ),
  );
}

/** The message as the wire would have carried it. */
function overTheWire(frame: TracedFrame): ToClient | ToServer {
  assert("message" in frame);
  return frame.direction === "toRunner"
    ? decodeToClient(encodeToClient(frame.message, 7), 7)
    : decodeToServer(encodeToServer(frame.message, 7), 7);
}

Deno.test("both ends tell the same of every frame, and of a message that is handed over what its frame would say", async () => {
  const world = await WholeWorld.start(actors);
  const atGateway: string[] = [];
  const atRunner: string[] = [];
  const carried: string[] = [];
  world.gateway.trace((frame) => {
    atGateway.push(line(frame));
    if ("message" in frame) carried.push(inOrder(overTheWire(frame)));
  });
  world.runner.trace((frame) => atRunner.push(line(frame)));
  const actor = await world.actor("counter", "demo");
  const { socket, client } = world.connect(actor);
  await world.settle();
  socket.fromClient("inc");
  socket.fromClient(Uint8Array.of(0xff, 0));
  await world.host.advance(10_000);
  assertEquals(client.closes, []);
  const of = (lines: readonly string[], direction: string) =>
    lines.filter((text) => text.startsWith(direction));
  assertEquals(of(atGateway, "toRunner"), of(atRunner, "toRunner"));
  assertEquals(of(atGateway, "toGateway"), of(atRunner, "toGateway"));
  assertEquals(carried, atGateway.map((text) => text.replace(/^\w+ \w+ /, "")));
  for (
    const wanted of [
      /^toRunner frame .*"kind":"commands"/,
      /^toRunner handed .*"binary":false,"data":"inc","kind":"webSocketMessage"/,
      /^toRunner handed .*"binary":true,"data":\{"\$hex":"ff00"\},"kind":"webSocketMessage"/,
      /^toGateway handed .*"webSocketMessage"/,
      /^toGateway frame .*"kind":"kvRequest"/,
      /^toRunner frame .*"kind":"kvResponse"/,
      /^toGateway frame .*"webSocketMessageAck"/,
      /^toRunner frame .*"kind":"ping"/,
      /^toGateway frame .*"kind":"pong"/,
    ]
  ) {
    assert(atGateway.some((text) => wanted.test(text)), `${wanted}`);
  }

  world.gateway.trace(undefined);
  world.runner.trace(undefined);
  const told = atGateway.length + atRunner.length;
  socket.fromClient("inc");
  await world.host.advance(10_000);
  assertEquals(atGateway.length + atRunner.length, told);
  await world.shutdown();
});

Deno.test("a gateway tells of a runner's init, whose it is, and of a frame that says nothing", async () => {
  const world = await GatewayWorld.start();
  const frames: TracedFrame[] = [];
  world.gateway.trace((frame) => frames.push(frame));
  const runner = FakeRunner.join(world.gateway, world.host);
  await world.settle();
  runner.sendFrame(Uint8Array.of(255, 255));
  await world.settle();
  assertEquals(
    frames.map((frame) => [frame.direction, aboutOf(frame).kind, frame.runnerId]),
    [
      ["toGateway", "init", runner.runnerId!],
      ["toRunner", "init", runner.runnerId!],
      ["toRunner", "ping", runner.runnerId!],
      ["toGateway", "pong", runner.runnerId!],
      ["toGateway", "unreadable", runner.runnerId!],
    ],
  );
  assertEquals(frames.at(-1)!.bytes, 2);
  await world.end();
});

Deno.test("a runner tells of its frames, from its init on", async () => {
  const { gateway, runner, host } = await runnerWorld(actors);
  await runner.ready;
  const frames: TracedFrame[] = [];
  runner.trace((frame) => frames.push(frame));
  gateway.cut();
  await host.advance(2_000);
  const [first, second] = frames;
  assertEquals([first!.direction, aboutOf(first!).kind], ["toGateway", "init"]);
  assertEquals([second!.direction, aboutOf(second!).kind], ["toRunner", "init"]);
  assertEquals(second!.runnerId as string, "runner-1");
  assert(frames.every(({ bytes }) => bytes !== null));
});
