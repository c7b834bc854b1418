import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { AdminTokenError, loadOrCreateAdminToken } from "@/lib/config/mod.ts";
import { VirtualHost } from "@/lib/host/virtual_host.ts";

function withDirectory(test: (directory: string) => void): void {
  const directory = Deno.makeTempDirSync();
  try {
    test(directory);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

const bytesOf = (seed: number) => {
  const host = new VirtualHost({ seed });
  return (length: number) => host.randomBytes(length);
};

Deno.test("loadOrCreateAdminToken() makes a token once, for its owner only", () =>
  withDirectory((directory) => {
    const dataDir = `${directory}/data`;
    const made = loadOrCreateAdminToken(dataDir, bytesOf(1));
    assertMatch(made, /^[0-9a-f]{64}$/);
    assertEquals(loadOrCreateAdminToken(dataDir, bytesOf(2)), made);
    assertEquals(Deno.statSync(`${dataDir}/admin-token`).mode! & 0o777, 0o600);
    assertEquals(Array.from(Deno.readDirSync(dataDir), ({ name }) => name), ["admin-token"]);
  }));

Deno.test("loadOrCreateAdminToken() makes different tokens in different places", () =>
  withDirectory((directory) => {
    const one = loadOrCreateAdminToken(`${directory}/one`, bytesOf(1));
    assert(one !== loadOrCreateAdminToken(`${directory}/two`, bytesOf(2)));
  }));

Deno.test("loadOrCreateAdminToken() takes a token that a person wrote", () =>
  withDirectory((directory) => {
    Deno.writeTextFileSync(`${directory}/admin-token`, "  a-token-of-my-own\n");
    assertEquals(loadOrCreateAdminToken(directory, bytesOf(1)), "a-token-of-my-own");
  }));

for (const kept of ["", "tooshort", "with spaces in between them"]) {
  Deno.test(`loadOrCreateAdminToken() refuses a file with ${JSON.stringify(kept)} and keeps it`, () =>
    withDirectory((directory) => {
      const path = `${directory}/admin-token`;
      Deno.writeTextFileSync(path, kept);
      const error = assertThrows(
        () => loadOrCreateAdminToken(directory, bytesOf(1)),
        AdminTokenError,
      );
      assertStringIncludes(error.message, path);
      assertEquals(Deno.readTextFileSync(path), kept);
    }));
}

Deno.test("loadOrCreateAdminToken() says what to do where it cannot write", () =>
  withDirectory((directory) => {
    Deno.writeTextFileSync(`${directory}/file`, "");
    const error = assertThrows(
      () => loadOrCreateAdminToken(`${directory}/file/data`, bytesOf(1)),
      AdminTokenError,
    );
    assertStringIncludes(error.message, "DORMOUSE_DATA_DIR");
  }));
