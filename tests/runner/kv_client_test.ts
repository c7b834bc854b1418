import { assertEquals, assertRejects } from "@std/assert";
import { KvError } from "../../lib/actor/mod.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { actorId, type ToServer } from "../../lib/protocol/mod.ts";
import { KvClient } from "../../lib/runner/kv_client.ts";

const a = actorId("a");
const drop = { kind: "drop" } as const;

function kvClient(limit = 10) {
  const host = new VirtualHost();
  const sent: number[] = [];
  const reached = { times: 0 };
  const client = new KvClient({
    host,
    send: (message: ToServer) => {
      if (message.kind === "kvRequest") sent.push(message.requestId);
    },
    version: 7,
    timeoutMs: 1_000,
    limit,
    onLimit: () => reached.times++,
  });
  return { host, sent, reached, client };
}

Deno.test("kvClient.call() resolves with its own answer, whatever the order", async () => {
  const { client } = kvClient();
  const first = client.call(a, drop);
  const second = client.call(a, { kind: "delete", keys: [] });
  client.onResponse(1, { kind: "delete" });
  client.onResponse(0, { kind: "drop" });
  assertEquals([(await first).kind, (await second).kind], ["drop", "delete"]);
});

Deno.test("kvClient.call() rejects with the store's code and sentence", async () => {
  const { client } = kvClient();
  const call = client.call(a, drop);
  client.onResponse(0, { kind: "error", message: "kv.key_too_large: A key has 3 bytes" });
  const error = await assertRejects(() => call, KvError);
  assertEquals([error.code, error.message], ["kv.key_too_large", "A key has 3 bytes"]);
});

Deno.test("kvClient.call() rejects with kv.failed for a sentence without a code", async () => {
  const { client } = kvClient();
  const call = client.call(a, drop);
  client.onResponse(0, { kind: "error", message: "The disk: is full" });
  const error = await assertRejects(() => call, KvError);
  assertEquals([error.code, error.message], ["kv.failed", "The disk: is full"]);
});

Deno.test("kvClient.call() times out each request at its own time, with one timer", async () => {
  const { host, client } = kvClient();
  const ended: string[] = [];
  client.call(a, drop).catch((error: KvError) => ended.push(`first ${error.code}`));
  await host.advance(400);
  client.call(a, drop).catch((error: KvError) => ended.push(`second ${error.code}`));
  assertEquals(host.timers, 1);
  await host.advance(599);
  assertEquals(ended, []);
  await host.advance(1);
  assertEquals(ended, ["first kv.timeout"]);
  await host.advance(399);
  assertEquals(ended.length, 1);
  await host.advance(1);
  assertEquals(ended, ["first kv.timeout", "second kv.timeout"]);
  assertEquals(host.timers, 0);
});

Deno.test("kvClient.resend() sends what is unanswered, in order", async () => {
  const { sent, client } = kvClient();
  const calls = [client.call(a, drop), client.call(a, drop), client.call(a, drop)];
  client.onResponse(1, { kind: "drop" });
  client.resend();
  assertEquals(sent, [0, 1, 2, 0, 2]);
  client.onResponse(0, { kind: "drop" });
  client.onResponse(2, { kind: "drop" });
  await Promise.all(calls);
});

Deno.test("kvClient.resend() gives what is sent again its time anew", async () => {
  const { host, client } = kvClient();
  const ended: string[] = [];
  client.call(a, drop).catch((error: KvError) => ended.push(error.code));
  await host.advance(999);
  client.resend();
  await host.advance(999);
  assertEquals(ended, []);
  await host.advance(1);
  assertEquals(ended, ["kv.timeout"]);
  assertEquals(host.timers, 0);
});

Deno.test("kvClient.onResponse() says whether anybody waited", async () => {
  const { client } = kvClient();
  const call = client.call(a, drop);
  assertEquals(client.onResponse(7, { kind: "drop" }), false);
  assertEquals(client.onResponse(0, { kind: "drop" }), true);
  assertEquals(client.onResponse(0, { kind: "drop" }), false);
  await call;
});

Deno.test("kvClient.call() takes as many as its limit, and refuses one more", async () => {
  const { reached, client } = kvClient(2);
  const calls = [client.call(a, drop), client.call(a, drop)];
  const error = await assertRejects(() => client.call(a, drop), KvError);
  assertEquals([error.code, reached.times], ["kv.too_many_requests", 1]);
  client.onResponse(0, { kind: "drop" });
  calls.push(client.call(a, drop));
  client.onResponse(1, { kind: "drop" });
  client.onResponse(2, { kind: "drop" });
  await Promise.all(calls);
});

Deno.test("kvClient.stop() rejects everything and leaves no timer", async () => {
  const { host, client } = kvClient();
  const call = client.call(a, drop);
  client.stop();
  assertEquals((await assertRejects(() => call, KvError)).code, "kv.stopped");
  assertEquals(host.timers, 0);
});
