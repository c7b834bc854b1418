import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import type { MessageDetail, MessageRow, SocketInspection } from "../../lib/inspect/mod.ts";
import { formatId } from "../../lib/protocol/mod.ts";
import { FakeApp, type FakeAppOptions } from "../support/fake_app.ts";
import type { FakeSource } from "../support/fake_source.ts";

type Socket = ReturnType<FakeSource["socket"]>;

async function setup(options: FakeAppOptions = {}): Promise<{
  app: FakeApp;
  socket: Socket;
  at: string;
  json: <Answer>(path: string) => Promise<Answer>;
}> {
  const app = await FakeApp.create({ host: new VirtualHost(), ...options });
  const socket = app.source.socket(app.source.actor("counter", "demo").actorId);
  const json = async <Answer>(path: string): Promise<Answer> =>
    (await app.call(path)).json() as Promise<Answer>;
  return { app, socket, at: `/api/sockets/${formatId(socket.requestId)}`, json };
}

Deno.test("a socket is shown with its window, its limits and its record", async () => {
  const { app, socket, at, json } = await setup();
  app.source.say(socket, "inc", "1");
  app.source.mutter(socket, "inc");
  const shown = await json<SocketInspection>(at);
  const { sent, acked, queued, untilWrap, pendingMessages, ackTimeoutMs, actorKey } = shown;
  assertEquals(
    { sent, acked, queued, untilWrap, pendingMessages, ackTimeoutMs, actorKey },
    {
      sent: 2,
      acked: 1,
      queued: 2,
      untilWrap: 65_534,
      pendingMessages: 1,
      ackTimeoutMs: 30_000,
      actorKey: "demo",
    },
  );
  assertEquals(shown.oldestSentTs, app.state.inspector.inspected.host.epoch());
  assertEquals(shown.record?.everyMs, 45_000);
  assertEquals(shown.captured.messages, 3);
});

Deno.test("a runner alone says of a socket what it knows, and null of the rest", async () => {
  const { app, socket, at, json } = await setup({ role: "runner" });
  app.source.say(socket, "inc", "1");
  const shown = await json<SocketInspection>(at);
  const { sent, queued, untilWrap, ackTimeoutMs, record, handled, captured } = shown;
  assertEquals([sent, queued, untilWrap, ackTimeoutMs, record], [null, null, null, null, null]);
  assertEquals([handled, captured.messages], [1, 2]);
  const [answer, said] = (await json<{ rows: MessageRow[] }>(`${at}/messages`)).rows;
  assertEquals([said!.state, answer!.state], ["acked", "left"]);
});

Deno.test("a socket that is over is shown as long as something of it is kept", async () => {
  const { app, socket, at, json } = await setup();
  app.source.say(socket, "bye");
  app.source.sockets.length = 0;
  const { phase, sent, hibernatable } = await json<SocketInspection>(at);
  assertEquals([phase, sent, hibernatable], ["closed", null, null]);
});

Deno.test("what is no socket, and no message of one, is refused with a code", async () => {
  const { app, at } = await setup();
  const cases = [
    ["/api/sockets/ffffffff", "no_socket"],
    ["/api/sockets/xyz", "no_socket"],
    ["/api/sockets/ffffffff/messages", "no_socket"],
    ["/api/sockets/ffffffff/export.har", "no_socket"],
    [`${at}/messages/1`, "no_message"],
    [`${at}/messages/x`, "no_message"],
  ];
  for (const [path, code] of cases) {
    const response = await app.call(path!);
    assertEquals([response.status, (await response.json()).code], [404, code], path);
  }
  const alone = await setup({ role: "runner" });
  const response = await alone.app.call("/api/sockets/ffffffff");
  assertEquals([response.status, (await response.json()).code], [404, "not_known_here"]);
});

Deno.test("messages are filtered by whose they are, index, state and text anywhere in them", async () => {
  const { app, socket, at, json } = await setup();
  app.source.say(socket, `{"op":"inc","note":"${"x".repeat(300)} Needle"}`, "1");
  app.source.say(socket, Uint8Array.of(0x6e, 0x65, 0x65, 0x64, 0x6c, 0x65), "2");
  app.source.mutter(socket, "later");
  const ids = async (query: string): Promise<number[]> =>
    (await json<{ rows: MessageRow[] }>(`${at}/messages${query}`)).rows.map(({ id }) => id);
  assertEquals(await ids(""), [5, 4, 3, 2, 1]);
  assertEquals(await ids("?from=actor"), [4, 2]);
  assertEquals(await ids("?text=needle"), [3, 1]);
  assertEquals(await ids("?index=1&from=client"), [1]);
  assertEquals(await ids("?state=sent"), [5]);
  assertEquals(await ids("?limit=2"), [5, 4]);
  for (const query of ["?from=nobody", "?index=65536", "?state=lost", "?text=", "?what=1"]) {
    const response = await app.call(`${at}/messages${query}`);
    assertEquals([response.status, (await response.json()).code], [400, "bad_request"], query);
  }
});

Deno.test("a message is shown with its payload and when it came to each stage", async () => {
  const { app, socket, at, json } = await setup({ limits: { captureMessageBytes: 8 } });
  app.source.say(socket, "0123456789", Uint8Array.of(0xca, 0xfe));
  const said = await json<MessageDetail>(`${at}/messages/1`);
  assertEquals([said.text, said.base64, said.isCut, said.bytes], ["01234567", null, true, 10]);
  assertEquals(Object.keys(said.stages), ["sent", "received", "handled", "committed", "acked"]);
  assertEquals([said.state, said.commit], ["acked", 1]);
  const answer = await json<MessageDetail>(`${at}/messages/2`);
  assertEquals([answer.text, answer.base64, answer.preview], [null, "yv4=", "ca fe"]);
  assertEquals(answer.isCut, false);
});

Deno.test("what was not captured is counted at the socket and before the next message", async () => {
  const host = new VirtualHost();
  const { app, socket, at, json } = await setup({ host, limits: { capturedPerSecond: 2 } });
  for (let i = 0; i < 5; i++) app.source.mutter(socket, "x");
  assertEquals((await json<SocketInspection>(at)).captured, {
    messages: 2,
    forgotten: 0,
    missed: 3,
    missedSince: 3,
    payloads: true,
  });
  await host.advance(1_000);
  app.source.mutter(socket, "x");
  const { rows } = await json<{ rows: MessageRow[] }>(`${at}/messages`);
  assertEquals(rows.map(({ id, skipped }) => [id, skipped]), [[3, 3], [2, 0], [1, 0]]);
});

Deno.test("a socket's messages leave as an HTTP archive with the messages where Chrome has them", async () => {
  const { app, socket, at } = await setup();
  app.source.say(socket, "hello", Uint8Array.of(0xca, 0xfe));
  const response = await app.call(`${at}/export.har`);
  assertEquals(response.headers.get("content-type"), "application/json");
  assertStringIncludes(response.headers.get("content-disposition")!, ".har");
  const { log } = await response.json();
  const [entry, ...more] = log.entries;
  assertEquals([log.version, log.creator.name, more], ["1.2", "Dormouse", []]);
  assertEquals(
    [entry.request.url, entry.response.status, entry._resourceType],
    [`ws://127.0.0.1:6420/gateway/${socket.actorId}/`, 101, "websocket"],
  );
  const time = app.state.inspector.inspected.host.epoch() / 1000;
  assertEquals(entry._webSocketMessages, [
    { type: "send", time, opcode: 1, data: "hello" },
    { type: "receive", time, opcode: 2, data: "yv4=" },
  ]);
});

Deno.test("a socket's messages leave as NDJSON, oldest first", async () => {
  const { app, socket, at } = await setup();
  app.source.say(socket, "hello\n", "ho");
  const response = await app.call(`${at}/export.ndjson`);
  assertEquals(response.headers.get("content-type"), "application/x-ndjson");
  const text = await response.text();
  assert(text.endsWith("\n"));
  const lines: MessageDetail[] = text.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines.map(({ id, text }) => [id, text]), [[1, "hello\n"], [2, "ho"]]);
});
