import { assert, assertEquals } from "@std/assert";
import { StoreError } from "@/lib/gateway/gateway_store.ts";
import { VirtualHost } from "@/lib/host/virtual_host.ts";
import { actorId } from "@/lib/protocol/ids.ts";
import { GroupCommit } from "@/lib/store/group_commit.ts";
import { STORE_DEFAULTS, type StoreOptions } from "@/lib/store/options.ts";
import type { Backend, Operation, Outcome } from "@/lib/store/tables.ts";
import { rejects } from "./contract.ts";

/** Takes down what it is told to apply. A commit of it takes `commitMs` of the host's time. */
class FakeBackend implements Backend {
  readonly batches: { operations: readonly Operation[]; writes: boolean }[] = [];
  failNext: Error | undefined;
  closed = false;

  constructor(readonly clock: Clock, readonly commitMs: number) {}

  apply(operations: readonly Operation[], writes: boolean): readonly Outcome[] {
    this.clock.skewMs += this.commitMs;
    this.batches.push({ operations, writes });
    const error = this.failNext;
    this.failNext = undefined;
    if (error !== undefined) throw error;
    return operations.map((): Outcome => ({ ok: true, value: this.batches.length }));
  }

  close(): void {
    this.closed = true;
  }
}

/** A virtual host on which work takes time: its clock also moves while the loop stands still. */
class Clock extends VirtualHost {
  skewMs = 0;
  override now(): number {
    return super.now() + this.skewMs;
  }
}

function setUp(given: Partial<StoreOptions> = {}, commitMs = 0) {
  const host = new Clock();
  const backend = new FakeBackend(host, commitMs);
  const limits: [string, number][] = [];
  const committed: number[] = [];
  const failed: number[] = [];
  const commit = new GroupCommit(backend, host, { ...STORE_DEFAULTS, ...given }, {
    limitReached: (limit, value) => limits.push([limit, value]),
    committed: (operations) => committed.push(operations),
    commitFailed: (operations) => failed.push(operations),
  });
  const write = (bytes = 0) =>
    commit.write<number>({ table: "kv", method: "drop", args: [actorId("a")] }, bytes);
  const read = () => commit.read<number>({ table: "sockets", method: "list", args: [] });
  return { host, backend, commit, write, read, limits, committed, failed };
}

Deno.test("groupCommit puts what one turn writes into one transaction", async () => {
  const { write, backend, committed } = setUp();
  await Promise.all(Array.from({ length: 50 }, () => write()));
  assertEquals(backend.batches.length, 1);
  assertEquals(committed, [50]);
});

Deno.test("groupCommit commits a lone write at the end of the turn, without a timer", async () => {
  const { write, host } = setUp();
  assertEquals(await write(), 1);
  assertEquals(host.timers, 0);
});

Deno.test("groupCommit opens no transaction for reads alone", async () => {
  const { read, write, backend, committed } = setUp();
  await Promise.all([read(), read()]);
  await Promise.all([read(), write(), read()]);
  assertEquals(backend.batches.map(({ writes }) => writes), [false, true]);
  assertEquals(committed, [3]);
});

for (const [count, sizes] of [[9, [9]], [10, [10]], [11, [10, 1]], [25, [10, 10, 5]]] as const) {
  Deno.test(`groupCommit keeps batchOperations: ${count} of 10 make ${sizes}`, async () => {
    const { write, backend } = setUp({ batchOperations: 10 });
    await Promise.all(Array.from({ length: count }, () => write()));
    assertEquals(backend.batches.map(({ operations }) => operations.length), [...sizes]);
  });
}

for (
  const [bytes, sizes] of [
    [[60, 39], [2]],
    [[60, 40], [2]],
    [[60, 41], [1, 1]],
    [[500, 1, 1], [1, 2]],
    [[1, 500], [1, 1]],
  ] as const
) {
  Deno.test(`groupCommit keeps batchBytes: ${bytes} of 100 make ${sizes}`, async () => {
    const { write, backend } = setUp({ batchBytes: 100 });
    await Promise.all(bytes.map((it) => write(it)));
    assertEquals(backend.batches.map(({ operations }) => operations.length), [...sizes]);
  });
}

Deno.test("groupCommit refuses a write beyond queuedOperations and says so", async () => {
  const { write, limits, backend } = setUp({ queuedOperations: 3 });
  const kept = [write(), write(), write()];
  await rejects("store.overloaded", () => write());
  await Promise.all(kept);
  assertEquals(limits, [["queuedOperations", 3]]);
  assertEquals(backend.batches[0]?.operations.length, 3);
  await write();
});

Deno.test("groupCommit refuses a write beyond queuedBytes, and takes one again once they are gone", async () => {
  const { write, limits } = setUp({ queuedBytes: 100 });
  const kept = [write(60), write(39), write(1)];
  const { message } = await rejects("store.overloaded", () => write(1));
  assert(message.includes("101") && message.includes("100"));
  await Promise.all(kept);
  assertEquals(limits, [["queuedBytes", 100]]);
  await write(100);
});

Deno.test("groupCommit lets the event loop have its turn when commits follow each other", async () => {
  const { write, host, backend } = setUp({ burstMs: 4 }, 1);
  let done = 0;
  const writer = async () => {
    for (; done < 10; done++) await write();
  };
  const writing = writer();
  await host.settle();
  assertEquals(backend.batches.length, 4);
  assertEquals(host.timers, 1);
  await host.advance(0);
  await writing;
  assertEquals(backend.batches.length, 10);
});

Deno.test("groupCommit rejects all of a batch whose commit failed, and goes on", async () => {
  const { write, backend, failed } = setUp();
  backend.failNext = new StoreError("store.failed", "The disk is full");
  const done = await Promise.allSettled([write(), write()]);
  for (const one of done) {
    assert(one.status === "rejected");
    assertEquals(one.reason.code, "store.failed");
  }
  assertEquals(failed, [2]);
  await write();
});

Deno.test("groupCommit.close() applies what is queued, in bounded batches, and stops its timer", async () => {
  const { write, commit, backend, host } = setUp({ batchOperations: 2, burstMs: 1 }, 1);
  const writes = [write(), write(), write()];
  commit.close();
  await Promise.all(writes);
  assertEquals(backend.batches.length, 2);
  assert(backend.closed);
  assertEquals(host.timers, 0);
  await rejects("store.closed", () => write());
});
