import { assertEquals } from "@std/assert";
import { UnreadBodies } from "../../lib/gateway/unread_bodies.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";

function scene() {
  const host = new VirtualHost();
  const unread = new UnreadBodies(host, 5_000);
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const seen = { isCut: false };
  const client = new ReadableStream<Uint8Array>({
    start: (it) => void (controller = it),
    cancel: () => void (seen.isCut = true),
  });
  return { host, unread, seen, controller, body: unread.watch(client) };
}

Deno.test("unreadBodies.watch() gives the same body", async () => {
  const { host, body, controller } = scene();
  controller.enqueue(Uint8Array.of(1));
  controller.enqueue(Uint8Array.of(2));
  controller.close();
  assertEquals(await new Response(body).bytes(), Uint8Array.of(1, 2));
  assertEquals(host.timers, 0);
});

Deno.test("unreadBodies takes what comes after a cancel, and cuts it after lingerMs", async () => {
  const { host, body, seen, controller } = scene();
  await body.cancel();
  controller.enqueue(new Uint8Array(1_000));
  await host.advance(4_999);
  assertEquals([controller.desiredSize, seen.isCut], [1, false]);
  await host.advance(1);
  assertEquals([seen.isCut, host.timers], [true, 0]);
});

Deno.test("unreadBodies forgets a body that ends, or whose client goes, by itself", async () => {
  for (const end of ["close", "error"] as const) {
    const { host, body, seen, controller } = scene();
    await body.cancel();
    controller[end]();
    await host.settle();
    assertEquals([seen.isCut, host.timers], [false, 0]);
  }
});

Deno.test("unreadBodies.close() cuts at once", async () => {
  const { host, body, seen, unread } = scene();
  await body.cancel();
  unread.close();
  await host.settle();
  assertEquals([seen.isCut, host.timers], [true, 0]);
});
