import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ActorError } from "../../lib/actor/mod.ts";
import { gatewayId, KV_LIMITS, messageIndex, requestId } from "../../lib/protocol/mod.ts";
import {
  type Changes,
  type CommitPlan,
  ONE_PUT_STATE_BYTES,
  planCommit,
} from "../../lib/runner/commit_plan.ts";
import {
  type Entry,
  type Header,
  indexValue,
  metaKey,
  metaValue,
  partKey,
  TOMBSTONE,
  windowKey,
} from "../../lib/kept/records.ts";
import { decodeSnapshot, type Snapshot } from "../../lib/kept/snapshot.ts";
import { nameOf } from "../support/fake_gateway.ts";

const NEW: Header = { revision: 0, parts: 0, stateBytes: 0 };
const G = gatewayId(1);
const SOCKET = requestId(1);
const PART = KV_LIMITS.valueBytes - 4;

function plan(changes: Partial<Changes>): CommitPlan {
  return planCommit({
    header: NEW,
    generation: 0,
    alarmTs: null,
    state: null,
    bound: [],
    free: [],
    leftovers: [],
    ...changes,
  });
}

function names(commit: CommitPlan): string[][] {
  return commit.puts.map((put) => put.map(([key]) => nameOf(key)));
}

const text = (bytes: number, fill = "x") => new TextEncoder().encode(fill.repeat(bytes));
const index = (value: number): Entry => [windowKey(G, SOCKET), indexValue(messageIndex(value))];

/** What a store holds of one actor. */
class Store {
  readonly entries: Map<string, Entry>;

  constructor(entries: Iterable<readonly [string, Entry]> = []) {
    this.entries = new Map(entries);
  }

  put(entries: readonly Entry[]): void {
    for (const entry of entries) this.entries.set(nameOf(entry[0]), entry);
  }

  delete(keys: readonly Uint8Array[]): void {
    for (const key of keys) this.entries.delete(nameOf(key));
  }

  load(): Snapshot {
    const names = [...this.entries.keys()].sort();
    return decodeSnapshot(names.map((name) => this.entries.get(name)!));
  }
}

Deno.test("planCommit() of nothing writes nothing", () => {
  assertEquals(plan({}), { puts: [], header: null, leftovers: [], bytes: 0 });
});

Deno.test("planCommit() puts a state and all that belongs to it into one put up to its limit", () => {
  const bound = Array.from(
    { length: 118 },
    (_, i): Entry => [windowKey(G, requestId(i)), indexValue(messageIndex(1))],
  );
  for (const bytes of [1, ONE_PUT_STATE_BYTES]) {
    const commit = plan({ state: text(bytes), bound, alarmTs: 1 });
    assertEquals([commit.puts.length, commit.header?.slot], [1, undefined]);
    checkLimits(commit);
  }
  const more = plan({ state: text(ONE_PUT_STATE_BYTES + 1), bound, alarmTs: 1 });
  assertEquals(more.header?.slot, 1);
  checkLimits(more);
});

Deno.test("planCommit() writes a large state ahead, and switches to it in the last put", () => {
  const bytes = KV_LIMITS.putBytes;
  const first = plan({ state: text(bytes), bound: [index(1)] });
  const all = Array.from({ length: 8 }, (_, part) => nameOf(partKey(1, part)));
  assertEquals(names(first), [all.slice(7), [
    "0068",
    nameOf(windowKey(G, SOCKET)),
    ...all.slice(0, 7),
  ]]);
  assertEquals(first.leftovers, []);
  // The next one goes into the other slot, where an earlier small state was.
  const second = plan({ header: first.header!, state: text(bytes) });
  assertEquals(second.header, { revision: 2, parts: 8, stateBytes: bytes });
  assertEquals(names(second).flat().filter((name) => name.startsWith("0074")), []);
  assertEquals(second.leftovers.map(nameOf), all);
});

Deno.test("planCommit() brings a state that is small again back to slot 0, in one put", () => {
  const large = plan({ state: text(2_000_000) });
  const small = plan({ header: large.header!, state: text(10) });
  assertEquals(names(small), [["0068", "007300"]]);
  assertEquals(small.header, { revision: 2, parts: 1, stateBytes: 10 });
  assertEquals(small.leftovers.length, large.header!.parts);
});

Deno.test("planCommit() keeps the slot and the parts where only the alarm changes", () => {
  const large = plan({ state: text(2_000_000) });
  const alarm = plan({ header: large.header!, alarmTs: 5 });
  assertEquals(alarm.header, { ...large.header!, alarmTs: 5 });
  assertEquals([names(alarm), alarm.leftovers], [[["0068"]], []]);
  // Taken back: that is kept, too.
  assertEquals(plan({ header: alarm.header!, alarmTs: null }).header?.alarmTs, null);
  assertEquals(plan({ header: alarm.header!, alarmTs: 5 }).puts, []);
});

Deno.test("planCommit() sends what may go ahead with the state, as long as there is room", () => {
  const metas = Array.from(
    { length: 10 },
    (_, i): Entry => [metaKey(G, requestId(i)), metaValue("/", "x".repeat(60_000))],
  );
  const commit = plan({ state: text(1_500_000), free: metas, bound: [index(3)] });
  assertEquals(metas.every((meta) => commit.puts.at(-1)!.includes(meta)), true);
  checkLimits(commit);
});

Deno.test("planCommit() never deletes what it writes, and deletes what it closes", () => {
  // Of a state that was larger once, and of a socket whose id is used again.
  const leftovers = [partKey(0, 1), partKey(0, 9), windowKey(G, SOCKET)];
  const grown = plan({ state: text(200_000), bound: [index(0)], leftovers });
  assertEquals(grown.leftovers, [partKey(0, 9)]);
  const end: Entry = [windowKey(G, SOCKET), TOMBSTONE];
  assertEquals(plan({ bound: [end], leftovers: [end[0]] }).leftovers, [end[0]]);
});

Deno.test("planCommit() of two lives from one state never takes one's parts for the other's", () => {
  const header: Header = { revision: 0xffff_fffe, parts: 0, stateBytes: 0 };
  for (const generation of [0, 1, 7]) {
    const late = plan({ header, generation, state: text(2_000_000, "a") });
    let own = plan({ header, generation: generation + 1, state: text(2_000_000, "b") });
    for (let commits = 0; commits < 4; commits++) {
      const store = new Store();
      for (const put of [...own.puts, late.puts[0]!]) store.put(put);
      if (own.header!.slot === 1) assertThrows(() => store.load(), ActorError, "is of revision");
      else assertEquals(store.load().leftovers.length > 0, true);
      const next = { header: own.header!, generation: generation + 1 };
      own = plan({ ...next, state: text(2_000_000, "c") });
    }
  }
});

const size = fc.oneof(
  fc.constantFrom(PART - 1, PART, PART + 1),
  fc.constantFrom(ONE_PUT_STATE_BYTES - 1, ONE_PUT_STATE_BYTES, ONE_PUT_STATE_BYTES + 1),
  fc.integer({ min: 1, max: 3_000_000 }),
);

Deno.test("planCommit() leaves the old state or the new one, whole, whichever put is the last", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ size, stopAfter: fc.nat({ max: 4 }) }), { minLength: 1, maxLength: 5 }),
      (steps) => {
        const store = new Store();
        let handled = 0;
        for (const { size, stopAfter } of steps) {
          const before = store.load();
          const attempt = nextOf(before, size, ++handled, "a");
          checkLimits(attempt);
          for (let done = 0; done <= attempt.puts.length; done++) {
            const cut = new Store(store.entries);
            for (const put of attempt.puts.slice(0, done)) cut.put(put);
            const seen = cut.load();
            const isNew = done === attempt.puts.length;
            assertEquals(seen.state === (isNew ? "a".repeat(size) : before.state), true);
            assertEquals(seen.sockets[0]?.index, isNew ? handled : before.sockets[0]?.index);
          }
          for (const put of attempt.puts.slice(0, stopAfter)) store.put(put);
          // Its next life does the same message again, to another state.
          const found = store.load();
          const again = nextOf(found, size, handled, "b");
          for (const put of again.puts) store.put(put);
          store.delete(again.leftovers);
          const after = store.load();
          assertEquals([after.leftovers, after.sockets[0]?.index], [[], handled]);
          assertEquals(after.state === "b".repeat(size), true);
          assertEquals(store.entries.size, 2 + after.header!.parts);
        }
      },
    ),
    { numRuns: 40, seed: 7 },
  );
});

function nextOf(kept: Snapshot, size: number, handled: number, fill: string): CommitPlan {
  return plan({
    header: kept.header ?? NEW,
    state: text(size, fill),
    bound: [index(handled)],
    leftovers: kept.leftovers,
  });
}

/** Every put is one that a gateway takes. */
function checkLimits({ puts }: CommitPlan): void {
  for (const put of puts) {
    assertEquals(put.length <= KV_LIMITS.keysPerCall, true);
    let bytes = 0;
    for (const [key, value] of put) {
      bytes += key.length + value.length;
      assertEquals(value.length <= KV_LIMITS.valueBytes, true);
    }
    assertEquals(bytes <= KV_LIMITS.putBytes, true);
  }
}
