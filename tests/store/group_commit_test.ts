import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { StoreError } from "@/lib/gateway/gateway_store.ts";
import { VirtualHost } from "@/lib/host/virtual_host.ts";
import { actorId } from "@/lib/protocol/ids.ts";
import { GroupCommit } from "@/lib/store/group_commit.ts";
import { STORE_DEFAULTS, type StoreOptions } from "@/lib/store/options.ts";
import type { Operation } from "@/lib/store/tables.ts";
import { rejects } from "./contract.ts";
import { ControlledBackend } from "./controlled_backend.ts";

function setUp(given: Partial<StoreOptions> = {}) {
  const host = new VirtualHost();
  const backend = new ControlledBackend();
  const limits: [string, number][] = [];
  const committed: (readonly [operations: number, bytes: number, ms: number])[] = [];
  const failed: number[] = [];
  const commit = new GroupCommit(backend, host, { ...STORE_DEFAULTS, ...given }, {
    limitReached: (limit, value) => limits.push([limit, value]),
    committed: (...batch) => committed.push(batch),
    commitFailed: (operations) => failed.push(operations),
  });
  const write = (bytes = 0, name = "a") =>
    commit.write<void>({ table: "kv", method: "drop", args: [actorId(name)] }, bytes);
  const read = () => commit.read<void>({ table: "sockets", method: "list", args: [] });
  /** Ends each batch as soon as it comes, until none does. */
  const run = async () => {
    await host.settle();
    for (; backend.current !== undefined; await host.settle()) backend.complete();
  };
  const sizes = () => backend.batches.map(({ operations }) => operations.length);
  return { host, backend, commit, write, read, run, sizes, limits, committed, failed };
}

/** What became of promises so far, each in its place. */
function watch(promises: readonly Promise<unknown>[]): string[] {
  const states = promises.map(() => "waits");
  promises.forEach((promise, i) =>
    promise.then(() => states[i] = "done", (error) => states[i] = error.code ?? error.message)
  );
  return states;
}

Deno.test("groupCommit puts what one turn writes into one transaction", async () => {
  const { write, run, sizes, committed } = setUp();
  const writes = Array.from({ length: 50 }, () => write(2));
  await run();
  await Promise.all(writes);
  assertEquals(sizes(), [50]);
  assertEquals(committed, [[50, 100, 0]]);
});

Deno.test("groupCommit applies a lone write at the end of the turn, without a timer", async () => {
  const { write, host, sizes } = setUp();
  write();
  assertEquals(sizes(), []);
  await host.settle();
  assertEquals(sizes(), [1]);
  assertEquals(host.timers, 0);
});

Deno.test("groupCommit answers when the batch is durable, and tells how long that took", async () => {
  const { write, read, host, backend, committed } = setUp();
  const states = watch([write(), read()]);
  await host.advance(7);
  assertEquals(states, ["waits", "waits"]);
  backend.complete();
  await host.settle();
  assertEquals(states, ["done", "done"]);
  assertEquals(committed, [[2, 0, 7]]);
});

Deno.test("groupCommit opens no transaction for reads alone", async () => {
  const { read, write, run, backend, committed } = setUp();
  const first = [read(), read()];
  await run();
  const second = [read(), write(), read()];
  await run();
  await Promise.all([...first, ...second]);
  assertEquals(backend.batches.map(({ writes }) => writes), [false, true]);
  assertEquals(committed, [[3, 0, 0]]);
});

Deno.test("groupCommit gathers the next batch while one is under way", async () => {
  const { write, host, run, sizes, backend } = setUp();
  write();
  await host.settle();
  for (let i = 0; i < 3; i++) {
    write();
    await host.advance(1);
  }
  assertEquals(sizes(), [1]);
  backend.complete();
  await run();
  assertEquals(sizes(), [1, 3]);
});

for (const [count, expected] of [[9, [9]], [10, [10]], [11, [10, 1]], [25, [10, 10, 5]]] as const) {
  Deno.test(`groupCommit keeps batchOperations: ${count} of 10 make ${expected}`, async () => {
    const { write, run, sizes } = setUp({ batchOperations: 10 });
    for (let i = 0; i < count; i++) write();
    await run();
    assertEquals(sizes(), [...expected]);
  });
}

for (
  const [bytes, expected] of [
    [[60, 39], [2]],
    [[60, 40], [2]],
    [[60, 41], [1, 1]],
    [[500, 1, 1], [1, 2]],
    [[1, 500], [1, 1]],
  ] as const
) {
  Deno.test(`groupCommit keeps batchBytes: ${bytes} of 100 make ${expected}`, async () => {
    const { write, run, sizes } = setUp({ batchBytes: 100 });
    for (const it of bytes) write(it);
    await run();
    assertEquals(sizes(), [...expected]);
  });
}

Deno.test("groupCommit refuses a write beyond queuedOperations and says so", async () => {
  const { write, run, sizes, limits } = setUp({ queuedOperations: 3 });
  const kept = [write(), write(), write()];
  await rejects("store.overloaded", () => write());
  await run();
  await Promise.all(kept);
  assertEquals(limits, [["queuedOperations", 3]]);
  assertEquals(sizes(), [3]);
});

Deno.test("groupCommit has room in its queue again once a batch is under way", async () => {
  const { write, host, limits } = setUp({ queuedOperations: 2, queuedBytes: 10 });
  write(5);
  write(5);
  await host.settle();
  write(5);
  write(5);
  await rejects("store.overloaded", () => write());
  assertEquals(limits, [["queuedOperations", 2]]);
});

Deno.test("groupCommit refuses a write beyond queuedBytes, and takes one again once they are gone", async () => {
  const { write, run, limits } = setUp({ queuedBytes: 100 });
  const kept = [write(60), write(39), write(1)];
  const { message } = await rejects("store.overloaded", () => write(1));
  assert(message.includes("101") && message.includes("100"));
  await run();
  await Promise.all(kept);
  assertEquals(limits, [["queuedBytes", 100]]);
  const next = write(100);
  await run();
  await next;
});

Deno.test("groupCommit rejects an operation that failed, and the others of its batch stand", async () => {
  const { write, host, backend, committed, failed } = setUp();
  const states = watch([write(), write(0, "bad"), write()]);
  await host.settle();
  backend.complete((operation) =>
    operation.args[0] === "bad"
      ? { ok: false, error: new StoreError("store.exists", "It is there") }
      : { ok: true, value: undefined }
  );
  await host.settle();
  assertEquals(states, ["done", "store.exists", "done"]);
  assertEquals([committed.length, failed.length], [1, 0]);
});

Deno.test("groupCommit rejects all of a batch whose commit failed, and goes on", async () => {
  const { write, host, run, backend, failed, committed } = setUp();
  const states = watch([write(), write()]);
  await host.settle();
  const next = watch([write()]);
  backend.fail(new StoreError("store.disk_full", "No room"));
  await run();
  assertEquals(states, ["store.disk_full", "store.disk_full"]);
  assertEquals(next, ["done"]);
  assertEquals(failed, [2]);
  assertEquals(committed, [[1, 0, 0]]);
});

Deno.test("groupCommit.close() waits for what is under way and queued, and takes nothing more", async () => {
  const { write, commit, host, backend, sizes } = setUp({ batchOperations: 2 });
  const states = watch([write(), write(), write()]);
  await host.settle();
  const closing = watch([commit.close(), commit.close()]);
  await rejects("store.closed", () => write());
  for (const left of [["done", "done", "waits"], ["done", "done", "done"]]) {
    assertEquals([backend.closed, ...closing], [false, "waits", "waits"]);
    backend.complete();
    await host.settle();
    assertEquals(states, left);
  }
  assertEquals([backend.closed, ...closing], [true, "done", "done"]);
  assertEquals(sizes(), [2, 1]);
});

Deno.test("groupCommit.close() goes through although the last batch fails", async () => {
  const { write, commit, host, backend } = setUp();
  const states = watch([write(), commit.close()]);
  await host.settle();
  backend.fail(new StoreError("store.failed", "The disk is gone"));
  await host.settle();
  assertEquals(states, ["store.failed", "done"]);
});

Deno.test("groupCommit.close() of one that never wrote closes the backend", async () => {
  const { commit, backend } = setUp();
  await commit.close();
  assert(backend.closed);
});

/** What may happen to a group commit. */
const STEP = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("write" as const), bytes: fc.nat(60) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("read" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("turn" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("complete" as const), broken: fc.nat(9) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("fail" as const) }) },
);

Deno.test("groupCommit keeps order and limits, and answers each operation by its own fate, whatever comes", async () => {
  const options = { batchOperations: 4, batchBytes: 100, queuedOperations: 8, queuedBytes: 200 };
  await fc.assert(
    fc.asyncProperty(fc.array(STEP, { maxLength: 60 }), async (steps) => {
      const { host, backend, commit, limits } = setUp(options);
      /** The model: what is queued, by number, with its bytes; and what each promise must become. */
      let queued: { n: number; bytes: number; writes: boolean }[] = [];
      const fates: string[] = [];
      const seen: string[] = [];
      let applied = 0;
      let refused = 0;

      const call = (bytes: number, writes: boolean) => {
        const n = fates.length;
        const operation: Operation = { table: "kv", method: "drop", args: [actorId(`${n}`)] };
        const promise = writes ? commit.write(operation, bytes) : commit.read(operation);
        seen.push("waits");
        promise.then(() => seen[n] = "done", (error) => seen[n] = error.code);
        const held = queued.reduce((sum, it) => sum + it.bytes, 0);
        const isFull = queued.length >= options.queuedOperations ||
          bytes > 0 && held + bytes > options.queuedBytes;
        fates.push(isFull ? "store.overloaded" : "waits");
        if (isFull) refused++;
        else queued.push({ n, bytes, writes });
      };
      /** A batch that has begun is the front of the queue, as much as the limits let it be. */
      const expectBatch = () => {
        if (backend.batches.length === applied) return;
        assertEquals(backend.batches.length, ++applied);
        const { operations, writes } = backend.batches.at(-1)!;
        const batch = queued.slice(0, operations.length);
        queued = queued.slice(operations.length);
        assertEquals(operations.map(({ args }) => args[0]), batch.map(({ n }) => actorId(`${n}`)));
        assertEquals(writes, batch.some((it) => it.writes));
        const bytes = batch.reduce((sum, it) => sum + it.bytes, 0);
        assert(batch.length <= options.batchOperations);
        assert(batch.length === 1 || bytes <= options.batchBytes);
        const next = queued[0];
        assert(
          next === undefined || batch.length === options.batchOperations ||
            bytes + next.bytes > options.batchBytes,
          "There was room for more",
        );
      };
      const end = (fate: (n: number) => string) => {
        for (const { args } of backend.current!.operations) {
          fates[Number(args[0])] = fate(Number(args[0]));
        }
      };

      for (const step of steps) {
        switch (step.kind) {
          case "write":
            call(step.bytes, true);
            break;
          case "read":
            call(0, false);
            break;
          case "turn":
            await host.settle();
            expectBatch();
            break;
          case "complete": {
            if (backend.current === undefined) break;
            const isBroken = (n: number) => n % 10 === step.broken;
            end((n) => isBroken(n) ? "store.exists" : "done");
            backend.complete(({ args }) =>
              isBroken(Number(args[0]))
                ? { ok: false, error: new StoreError("store.exists", "It is there") }
                : { ok: true, value: undefined }
            );
            await host.settle();
            expectBatch();
            break;
          }
          case "fail":
            if (backend.current === undefined) break;
            end(() => "store.failed");
            backend.fail(new StoreError("store.failed", "The disk is gone"));
            await host.settle();
            expectBatch();
        }
      }
      await host.settle();
      expectBatch();
      assertEquals(seen, fates);
      assertEquals(limits.length, refused);

      const closing = commit.close();
      for (; backend.current !== undefined; await host.settle(), expectBatch()) {
        end(() => "done");
        backend.complete();
      }
      await closing;
      assertEquals(queued, []);
      await host.settle();
      assertEquals(seen, fates);
      assert(!fates.includes("waits"));
      assertEquals(host.timers, 0);
    }),
    { seed: 20_260, numRuns: 400 },
  );
});
