/** An author may use its bytes again as soon as `send` is back, whatever becomes of the message. */
import { assertEquals, assertStrictEquals } from "@std/assert";
import { type ActorDefinition, type ActorSocket, defineActor } from "../../lib/actor/mod.ts";
import { DORMOUSE_PROTOCOL } from "../../lib/protocol/mod.ts";
import { KEPT_SLAB_BYTES, LARGEST_IN_KEPT_SLAB } from "../../lib/protocol/slab.ts";
import { SpokenMessage } from "../../lib/runner/spoken_message.ts";
import { type FakeClient, runnerWorld } from "../support/fake_gateway.ts";

/** More than the runner waits before it connects again. */
const RECONNECT_MS = 200;
const SIZES = [1, 64, LARGEST_IN_KEPT_SLAB, LARGEST_IN_KEPT_SLAB + 1, 20_000];

async function worldOf(state: Pick<ActorDefinition, "state">, protocol?: string) {
  const sockets: ActorSocket[] = [];
  const definition = defineActor({
    ...state,
    websocket: {
      hibernate: ({ path }) => path !== "/plain",
      open: (_actor, socket) => void sockets.push(socket),
    },
  }) as ActorDefinition;
  const setup = protocol === undefined ? {} : { protocol };
  const world = await runnerWorld({ it: definition }, {}, setup);
  await world.gateway.start("a", { name: "it" });
  const client = await world.gateway.open("a");
  return { ...world, client, sockets };
}

/** Sends, and writes something else into the same bytes at once. */
function sendAndReuse(socket: ActorSocket, size: number): void {
  const bytes = new Uint8Array(size).fill(1);
  socket.send(bytes);
  bytes.fill(2);
}

const wanted = SIZES.map((size) => [size, true]);

/** Sizes, and whether every byte is the one that was sent. */
const seen = ({ received }: FakeClient) =>
  received.flatMap((body) =>
    body.kind === "webSocketMessage"
      ? [[body.data.length, body.data.every((byte) => byte === 1)]]
      : []
  );

for (
  const [what, state, protocol] of [
    ["at once", {}, undefined],
    ["at once, and is kept for its ack", {}, DORMOUSE_PROTOCOL],
    ["with its commit", { state: () => ({}) }, undefined],
    ["with its commit, and is kept for its ack", { state: () => ({}) }, DORMOUSE_PROTOCOL],
  ] as const
) {
  Deno.test(`socket.send() has the bytes as they were when the message leaves ${what}`, async () => {
    const { client, sockets, host } = await worldOf(state, protocol);
    for (const size of SIZES) sendAndReuse(sockets[0]!, size);
    await host.settle();
    assertEquals(seen(client), wanted);
  });
}

Deno.test("socket.send() has the bytes as they were when they go out again after a cut", async () => {
  const { client, sockets, host, gateway } = await worldOf({}, DORMOUSE_PROTOCOL);
  for (const size of SIZES) sendAndReuse(sockets[0]!, size);
  await host.settle();
  gateway.cut();
  await host.settle();
  await host.advance(RECONNECT_MS);
  assertEquals(seen(client), [...wanted, ...wanted]);
});

Deno.test("SpokenMessage copies its bytes once, however many keep it, and a long text never", () => {
  const bytes = new Uint8Array(64).fill(1);
  const message = new SpokenMessage(bytes);
  assertStrictEquals(message.data, bytes);
  message.keep();
  const { data } = message;
  assertEquals([data.length, data.buffer.byteLength], [64, KEPT_SLAB_BYTES]);
  message.keep();
  assertStrictEquals(message.data, data);
  const text = new SpokenMessage("hello");
  text.keep();
  assertEquals([text.data.length, text.data.buffer.byteLength], [5, KEPT_SLAB_BYTES]);
  const long = new SpokenMessage("x".repeat(1_000));
  const before = long.data;
  long.keep();
  assertStrictEquals(long.data, before);
});
