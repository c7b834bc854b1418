import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { GatewayStore } from "@/lib/gateway/gateway_store.ts";
import { VirtualHost } from "@/lib/host/virtual_host.ts";
import { actorId } from "@/lib/protocol/ids.ts";
import { openStore, type StoreObserver } from "@/lib/store/mod.ts";
import { DATABASE_FILE } from "@/lib/store/open_database.ts";
import { rejects } from "./contract.ts";
import { bytes } from "./records.ts";
import { withDirectory } from "./temp_directory.ts";

const PAGE_BYTES = 4_096;
const ACTOR = actorId("a");
const FILLER = actorId("filler");

const open = (directory: string, databaseBytes: number, observer: StoreObserver = {}) =>
  openStore({ directory, host: new VirtualHost(), options: { databaseBytes }, observer });

for (
  const [room, fits] of [
    [-PAGE_BYTES, false],
    [0, false],
    [PAGE_BYTES - 1, false],
    [PAGE_BYTES, true],
  ] as const
) {
  Deno.test(`sqliteStore keeps databaseBytes: with ${room} bytes left a page ${fits ? "fits" : "does not fit"}`, () =>
    withDirectory(async (directory) => {
      await (await open(directory, 0)).close();
      const { size } = await Deno.stat(`${directory}/${DATABASE_FILE}`);
      const store = await open(directory, size + room);
      // A value that takes one page of its own.
      const put = () => store.kv.put(ACTOR, [bytes("k")], [new Uint8Array(3_000)], 1);
      if (fits) await put();
      else await rejects("store.disk_full", put);
      await store.close();
    }));
}

Deno.test("sqliteStore tells of a full disk what to do, keeps what was answered, and goes on once there is room", () =>
  withDirectory(async (directory) => {
    const databaseBytes = 64 * PAGE_BYTES;
    let failed = 0;
    const store = await open(directory, databaseBytes, { commitFailed: () => failed++ });
    await fill(store);
    const { message } = await rejects("store.disk_full", () => grow(store, 100_000));
    for (const part of ["free space", "databaseBytes", "goes on by itself"]) {
      assertStringIncludes(message, part);
    }

    // Writers whose entries need room: those that are refused leave no trace.
    const kept: string[] = [];
    const write = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        const key = `${kept.length}/${i}`;
        await store.kv.put(ACTOR, [bytes(key)], [new Uint8Array(3_000)], 1).then(
          () => kept.push(key),
          ({ code }) => assertEquals(code, "store.disk_full"),
        );
      }
    };
    await write(5);
    assertEquals([kept.length, failed > 5], [0, true]);
    // Reading goes on, and so does what needs no room.
    assertEquals((await store.kv.get(ACTOR, [bytes("0/0")])).keys, []);
    await store.kv.drop(FILLER);
    await write(5);
    assertEquals(kept.length, 5);
    await store.close();

    assert((await Deno.stat(`${directory}/${DATABASE_FILE}`)).size <= databaseBytes);
    const again = await open(directory, databaseBytes);
    const found = await again.kv.list(ACTOR, { kind: "all" }, { reverse: false, limit: null });
    assertEquals(found.keys, kept.map(bytes));
    await again.close();
  }));

/** Takes the database's last page. */
async function fill(store: GatewayStore): Promise<void> {
  for (let size = 100_000; size >= 1; size = Math.floor(size / 2)) {
    try {
      for (;;) await grow(store, size);
    } catch {
      // A smaller value may still have room.
    }
  }
}

let grown = 0;
function grow(store: GatewayStore, size: number): Promise<void> {
  return store.kv.put(FILLER, [bytes(`${grown++}`)], [new Uint8Array(size)], 1);
}
