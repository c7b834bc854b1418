/** Whatever clients and actors say is shown as text: in the real program, in a browser. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { launchBrowser } from "../support/browser.ts";
import { Client } from "../support/client.ts";
import { System } from "../support/system.ts";
import { Visit } from "../support/visit.ts";

/** Each would run where markup, an attribute, a script or a URL is made of text. */
const HOSTILE = [
  `<img src=x onerror="window.pwned=1">`,
  `"><svg onload=window.pwned=1>`,
  `</script><script>window.pwned=1</script>`,
  `<!--<script>window.pwned=1//-->`,
  `javascript:window.pwned=1`,
  `' onmouseover='window.pwned=1`,
  `{{constructor.constructor('window.pwned=1')()}}`,
  `<iframe srcdoc="<script>parent.pwned=1</script>">`,
];
/** What would be there if one of them had become more than text. */
const INJECTED = `img[src="x"], [onerror], [onload], [onmouseover], iframe, svg[onload], ` +
  `script:not([nonce]), a[href^="javascript:"], base, object, embed`;

Deno.test("hostile names, paths, headers, payloads, reasons and errors run nowhere and inject nothing", async () => {
  await using system = await System.start();
  const clients: Client[] = [];
  for (const text of HOSTILE) {
    const key = encodeURIComponent(text);
    const client = await Client.open(system.actorUrl("echo", key, `&x=${key}`));
    await client.ask(text);
    clients.push(client);
    const http = system.actorUrl("echo", key).replace("ws", "http")
      .replace("/gateway/echo/?", `/gateway/echo/${key}?`);
    await (await fetch(http, { method: "POST", body: text, headers: { "x-hostile": key } })).body
      ?.cancel();
  }
  const { actors, sockets } = await system.snapshot();
  const hostile = actors.filter(({ key }) => HOSTILE.includes(key ?? ""));
  assertEquals(hostile.length, HOSTILE.length);
  await system.act(`/api/actors/${hostile[0]!.actorId}/hibernate`);
  for (const [at, text] of HOSTILE.slice(0, 3).entries()) {
    await system.act(`/api/sockets/${sockets[at]!.requestId}/close`, { reason: text });
  }

  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("pageerror", ({ message }) => complaints.push(message));
    page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    page.on("console", (message) => {
      const text = message.text();
      if (message.type() === "error" && !text.startsWith("Failed to load")) complaints.push(text);
    });
    await page.goto(`${system.uiUrl}/login?token=${system.token}`);
    const query = `q=${encodeURIComponent(HOSTILE[0]!)}&sort=${encodeURIComponent(HOSTILE[1]!)}`;
    const rest = sockets.slice(3, 5).map(({ requestId }) => `/sockets/${requestId}`);
    const paths = [
      "/",
      "/actors",
      "/sockets",
      "/audit",
      "/runners",
      "/tunnel",
      "/hibernation",
      "/requests",
      "/events",
      `/actors?${query}`,
      `/sockets?${query}`,
    ];
    paths.push(...rest, ...hostile.slice(0, 3).map(({ actorId }) => `/actors/${actorId}`));
    const { rows: requests } = await system.json<{ rows: { requestId: number }[] }>(
      "/api/requests",
    );
    const ids = requests.map(({ requestId }) => requestId.toString(16).padStart(8, "0"));
    assertEquals(ids.length, HOSTILE.length);
    paths.push(...ids.slice(0, 3).map((id) => `/requests/${id}`));
    paths.push(`/actors/${encodeURIComponent(HOSTILE[0]!)}`, `/${encodeURIComponent(HOSTILE[2]!)}`);
    let shown = "";
    for (const path of paths) {
      await page.goto(system.uiUrl + path);
      await page.waitForTimeout(300);
      assertEquals(await page.evaluate("window.pwned"), undefined, path);
      assertEquals(await page.locator(INJECTED).count(), 0, path);
      shown += await page.locator("body").innerText();
    }
    assertEquals(complaints, []);
    // All of it was on the pages, as text.
    for (const text of HOSTILE) assert(shown.includes(text), text);

    // Where a script of ours went wrong, the browser would refuse: text becomes neither of these.
    await page.goto(system.uiUrl);
    for (
      const attempt of [
        `document.body.innerHTML = "<b>x</b>"`,
        `document.body.insertAdjacentHTML("beforeend", "<b>x</b>")`,
        `document.createElement("script").text = "1"`,
        `document.createElement("iframe").srcdoc = "x"`,
        `trustedTypes.createPolicy("mine", {})`,
      ]
    ) {
      const outcome = await page.evaluate(`(() => {
        try { ${attempt}; return "allowed"; } catch (error) { return error.name; }
      })()`);
      assertMatch(`${outcome}`, /TypeError/, attempt);
    }
  } finally {
    await browser.close();
    for (const client of clients) await client.close().catch(() => {});
  }
});

Deno.test("what an author's error says is shown as text, wherever a crash is told of", async () => {
  const browser = await launchBrowser();
  try {
    await using visit = await Visit.start(browser);
    const { page, app: { source, state } } = visit;
    const { actorId, name } = source.actor("counter", "demo");
    for (const text of HOSTILE) {
      state.inspector.gatewayObserver.actorCrashed?.(actorId, name, text, true);
    }
    source.actors.get(actorId)!.error = HOSTILE[0]!;
    await visit.open();
    for (const path of ["/", "/events", "/actors", `/actors/${actorId}`]) {
      await page.goto(`http://${visit.address}${path}`);
      await visit.live();
      assertEquals(await page.evaluate("window.pwned"), undefined, path);
      assertEquals(await page.locator(INJECTED).count(), 0, path);
      if (path !== "/events") continue;
      const shown = await page.locator("body").innerText();
      for (const text of HOSTILE) assert(shown.includes(text), text);
    }
    assertEquals(visit.complaints, []);
  } finally {
    await browser.close();
  }
});
