import { assertEquals, assertRejects } from "@std/assert";
import { KvError } from "../../lib/actor/errors.ts";
import {
  FRAME_BYTES,
  gatewayId,
  type KvRequest,
  type KvResponse,
  messageIndex,
  requestId,
} from "../../lib/protocol/mod.ts";
import { loadSnapshot } from "../../lib/runner/load_snapshot.ts";
import {
  type Entry,
  HEADER_KEY,
  headerValue,
  indexValue,
  metaKey,
  metaValue,
  windowKey,
} from "../../lib/kept/records.ts";
import { stateParts } from "../../lib/kept/state_parts.ts";
import { FakeKv } from "../support/fake_gateway.ts";

const MIB = 1024 * 1024;
const G = gatewayId(1);

/** A store that notes the bytes of each list's answer, and refuses what is above its limit. */
class ListedKv {
  readonly answers: number[] = [];
  refused = 0;
  readonly #kv = new FakeKv();
  readonly #listBytes: number;

  constructor(entries: readonly Entry[], listBytes = Infinity) {
    for (const [key, value] of entries) this.#kv.set("a", key, value);
    this.#listBytes = listBytes;
  }

  readonly call = (request: KvRequest): Promise<KvResponse> => {
    const response = this.#kv.apply("a", request);
    if (response.kind !== "list") return Promise.resolve(response);
    const { keys, values } = response;
    const bytes = [...keys, ...values].reduce((sum, { length }) => sum + length, 0);
    if (bytes > this.#listBytes) {
      this.refused++;
      return Promise.reject(new KvError("kv.list_too_large", "The list holds too much"));
    }
    this.answers.push(bytes);
    return Promise.resolve(response);
  };
}

function entries(
  options: { stateBytes: number; half?: number; sockets?: number; attachment?: number },
): Entry[] {
  const { stateBytes, half = 0, sockets = 0, attachment = 1 } = options;
  const parts = stateParts(new Uint8Array(stateBytes).fill(0x78), 0, 1);
  const all: Entry[] = [
    [HEADER_KEY, headerValue({ revision: 1, parts: parts.length, stateBytes })],
    ...parts,
    ...stateParts(new Uint8Array(half), 1, 2),
  ];
  for (let i = 0; i < sockets; i++) {
    all.push(
      [metaKey(G, requestId(i)), metaValue("/", "x".repeat(attachment))],
      [windowKey(G, requestId(i)), indexValue(messageIndex(i & 0xffff))],
    );
  }
  return all;
}

Deno.test("loadSnapshot() asks once for an actor of fifty sockets", async () => {
  const kv = new ListedKv(entries({ stateBytes: 1000, sockets: 50 }));
  const { sockets, state } = await loadSnapshot(kv.call);
  assertEquals([sockets.length, state?.length, kv.answers.length], [50, 1000, 1]);
});

Deno.test("loadSnapshot() asks in large pages for many sockets, whatever their number", async () => {
  for (const sockets of [119, 120, 121, 10_000]) {
    const kv = new ListedKv(entries({ stateBytes: 200_000, sockets }));
    const loaded = await loadSnapshot(kv.call);
    assertEquals(loaded.sockets.map(({ requestId }) => requestId as number), [
      ...Array(sockets).keys(),
    ]);
    assertEquals(loaded.sockets.at(-1)?.index as number, (sockets - 1) & 0xffff);
    assertEquals([loaded.state?.length, loaded.leftovers], [200_000, []]);
    assertEquals(kv.answers.length <= 8, true, `${kv.answers.length} lists`);
  }
});

Deno.test("loadSnapshot() gets a state of 20 MiB through, and half of another, in answers that fit a frame", async () => {
  for (const sockets of [0, 118, 300]) {
    const kv = new ListedKv(
      entries({ stateBytes: 20 * MIB, half: 16 * MIB, sockets }),
    );
    const loaded = await loadSnapshot(kv.call);
    assertEquals(loaded.state?.length, 20 * MIB);
    assertEquals([loaded.sockets.length, loaded.leftovers.length], [sockets, 129]);
    assertEquals(kv.answers.every((bytes) => bytes < 16 * MIB), true, String(kv.answers));
    assertEquals(16 * MIB < FRAME_BYTES, true);
  }
});

Deno.test("loadSnapshot() asks for no more large attachments than a frame holds", async () => {
  const kv = new ListedKv(entries({ stateBytes: 1, sockets: 1_000, attachment: 64_000 }));
  assertEquals((await loadSnapshot(kv.call)).sockets.length, 1_000);
  assertEquals(kv.answers.every((bytes) => bytes < 16 * MIB), true, String(kv.answers));
});

Deno.test("loadSnapshot() asks for less where the gateway refuses, down to one entry", async () => {
  const kv = new ListedKv(entries({ stateBytes: 2 * MIB, half: MIB, sockets: 300 }), 132 * 1024);
  const loaded = await loadSnapshot(kv.call);
  assertEquals([loaded.state?.length, loaded.sockets.length], [2 * MIB, 300]);
  assertEquals(kv.refused, 3);
  const less = new ListedKv(entries({ stateBytes: 2 * MIB }), 1000);
  const error = await assertRejects(() => loadSnapshot(less.call), KvError);
  assertEquals(error.code, "kv.list_too_large");
});
