import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError, loadConfig } from "../../lib/config/mod.ts";

const [ADMIN, PAYLOAD, VIEW] = ["admin-admin-admin", "payload-payload-1", "view-view-view-vi"];

function problemsOf(env: Record<string, string>): string[] {
  return assertThrows(() => loadConfig(env), ConfigError).problems.map(({ variable }) => variable);
}

Deno.test("loadConfig() takes a token for each role, and refuses one for two of them", () => {
  const tokens = {
    DORMOUSE_ADMIN_TOKEN: ADMIN,
    DORMOUSE_PAYLOAD_TOKEN: PAYLOAD,
    DORMOUSE_VIEW_TOKEN: VIEW,
  };
  assertEquals(loadConfig(tokens).access.tokens, { payload: PAYLOAD, view: VIEW });
  assertEquals(loadConfig({}).access.tokens, { payload: null, view: null });
  assertEquals(problemsOf({ ...tokens, DORMOUSE_VIEW_TOKEN: ADMIN }), ["DORMOUSE_VIEW_TOKEN"]);
  assertEquals(problemsOf({ ...tokens, DORMOUSE_VIEW_TOKEN: PAYLOAD }), ["DORMOUSE_VIEW_TOKEN"]);
  assertEquals(problemsOf({ ...tokens, DORMOUSE_PAYLOAD_TOKEN: ADMIN }), [
    "DORMOUSE_PAYLOAD_TOKEN",
  ]);
});

Deno.test("a problem with a token does not tell the token", () => {
  const env = { DORMOUSE_ADMIN_TOKEN: ADMIN, DORMOUSE_VIEW_TOKEN: ADMIN };
  const { message } = assertThrows(() => loadConfig(env), ConfigError);
  assertEquals(message.includes(ADMIN), false);
});

Deno.test("the dashboard listens beyond loopback only with a token that the operator has set", () => {
  for (const host of ["127.0.0.1", "127.1.2.3", "localhost", "::1"]) {
    loadConfig({ DORMOUSE_UI_HOST: host });
  }
  for (const host of ["0.0.0.0", "::", "192.168.0.5", "dormouse.example", "127.0.0.1.evil"]) {
    assertEquals(problemsOf({ DORMOUSE_UI_HOST: host }), ["DORMOUSE_ADMIN_TOKEN"], host);
    loadConfig({ DORMOUSE_UI_HOST: host, DORMOUSE_ADMIN_TOKEN: ADMIN });
  }
  const { message } = assertThrows(() => loadConfig({ DORMOUSE_UI_HOST: "0.0.0.0" }), ConfigError);
  assertEquals(
    message.split("\n  ")[1],
    "DORMOUSE_ADMIN_TOKEN is not set, wanted: a token of your own, because " +
      "DORMOUSE_UI_HOST=0.0.0.0 lets others reach the dashboard; or leave DORMOUSE_UI_HOST at 127.0.0.1",
  );
});

Deno.test("DORMOUSE_UI_READ_ONLY is 1 or true, 0 or false, and nothing else", () => {
  for (const [text, value] of [["1", true], ["true", true], ["0", false], ["false", false]]) {
    const config = loadConfig({ DORMOUSE_UI_READ_ONLY: `${text}` });
    assertEquals(config.access.readOnly, value as boolean);
  }
  assertEquals(problemsOf({ DORMOUSE_UI_READ_ONLY: "yes" }), ["DORMOUSE_UI_READ_ONLY"]);
});
