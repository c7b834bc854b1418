/** Gateway and runner in one process: messages are handed over, and no bytes have two owners. */
import { assertEquals } from "@std/assert";
import { type ActorSocket, defineActor } from "../../lib/actor/mod.ts";
import { Embedded, type Opened } from "../cost/embedded.ts";

const SIZES = [1, 64, 2_000, 20_000];
const PATHS = [["plain", "/plain"], ["acked", "/"]] as const;

/** Spoils what it is given, and what it has sent, as soon as it may. */
function spoiler() {
  const seen: number[] = [];
  const buffers: boolean[] = [];
  const sockets: ActorSocket[] = [];
  const definition = defineActor({
    websocket: {
      hibernate: ({ path }) => path !== "/plain",
      open: (_actor, socket) => void sockets.push(socket),
      message(_actor, socket, data) {
        const bytes = data as Uint8Array<ArrayBuffer>;
        seen.push(bytes[0]!);
        buffers.push(bytes.byteOffset === 0 && bytes.buffer.byteLength === bytes.length);
        socket.send(bytes);
        new Uint8Array(bytes.buffer).fill(2);
      },
    },
  });
  return { definition, seen, buffers, sockets };
}

for (const [kind, path] of PATHS) {
  Deno.test(`handed over, ${kind}: the author's bytes are his own, and may be changed once they are sent`, async () => {
    const { definition, seen, buffers } = spoiler();
    await using embedded = await Embedded.start({ it: definition });
    const [{ client, socket }] = await embedded.open("it", 1, path) as [Opened];
    const { toRunner, toGateway } = await embedded.count(() => {
      for (const size of SIZES) socket.fromClient(new Uint8Array(size).fill(1));
    });
    assertEquals([toRunner.handed, toGateway.handed], [SIZES.length, SIZES.length]);
    assertEquals([seen, buffers], [SIZES.map(() => 1), SIZES.map(() => true)]);
    const answers = client.received.map((data) => {
      const bytes = data as Uint8Array;
      return [bytes.length, bytes.every((byte) => byte === 1)];
    });
    assertEquals(answers, SIZES.map((size) => [size, true]));
  });
}

Deno.test("handed over: what a client has sent is sent again as it was, whatever the actor did to it", async () => {
  const { definition, seen } = spoiler();
  await using embedded = await Embedded.start({ it: definition });
  const [{ socket }] = await embedded.open("it", 1) as [Opened];
  await embedded.count(() => socket.fromClient(new Uint8Array(64).fill(1)));
  assertEquals([seen, socket.pendingMessages], [[1], 1]);
  const again: number[] = [];
  socket.actorAway();
  const { session } = socket.actor;
  const sendTunnel = session!.sendTunnel;
  session!.sendTunnel = (_request, _index, body) => {
    if (body.kind === "webSocketMessage") again.push(...body.data);
  };
  socket.actorReady();
  session!.sendTunnel = sendTunnel;
  assertEquals(again, new Array(64).fill(1));
});

Deno.test("handed over: what an actor sends to many is theirs alone", async () => {
  const { definition, sockets } = spoiler();
  await using embedded = await Embedded.start({ it: definition });
  const opened = await embedded.open("it", 3, "/plain");
  const bytes = new Uint8Array(8).fill(1);
  for (const socket of sockets) {
    socket.send(bytes);
    bytes[0]!++;
  }
  await embedded.world.settle();
  assertEquals(opened.map(({ client }) => (client.received[0] as Uint8Array)[0]), [1, 2, 3]);
});
