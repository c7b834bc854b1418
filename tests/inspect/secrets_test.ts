import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Secrets } from "../../lib/inspect/secrets.ts";

const secrets = new Secrets(["X-Door", "pin_code"]);

const PATHS: readonly [path: string, kept: string][] = [
  ["/chat", "/chat"],
  ["/chat?room=1", "/chat?room=1"],
  ["/chat?token=abc&room=1", "/chat?token=…&room=1"],
  ["/?access_token=abc#x", "/?access_token=…#x"],
  ["/?a=1&API-KEY=abc", "/?a=1&API-KEY=…"],
  ["/?%74oken=abc", "/?%74oken=…"],
  ["/?%=abc", "/?%=abc"],
  ["/?x-door=42", "/?x-door=…"],
  ["/?pinCode=42", "/?pinCode=…"],
];

Deno.test("Secrets takes secret parameters out of a path", () => {
  for (const [path, kept] of PATHS) assertEquals(secrets.path(path), kept);
});

Deno.test("Secrets keeps no more than 256 characters of a path", () => {
  assertEquals(secrets.path(`/${"x".repeat(255)}`).length, 256);
  assertEquals(secrets.path(`/${"x".repeat(256)}`), `/${"x".repeat(254)}…`);
});

const SUBPROTOCOLS: readonly [list: string, kept: readonly string[]][] = [
  ["", []],
  ["chat, superchat", ["chat", "superchat"]],
  ["rivet, rivet_token.abc.def", ["rivet", "rivet_token.…"]],
  ["base64url.bearer.authorization.k8s.io.abc", ["base64url.bearer.authorization.…"]],
  ["x-door.42", ["x-door.…"]],
  ["token", ["token"]],
];

Deno.test("Secrets takes tokens out of subprotocols", () => {
  for (const [list, kept] of SUBPROTOCOLS) assertEquals(secrets.subprotocols(list), [...kept]);
});

Deno.test("Secrets keeps no authorization, no cookie and no header that the operator names", () => {
  for (const name of ["Authorization", "cookie", "set-cookie", "x-api-key", "X-DOOR"]) {
    assertEquals(secrets.header(name, "abc"), "…", name);
  }
  assertEquals(secrets.header("content-type", "text/plain"), "text/plain");
});

const JSONS: readonly [text: string, kept: string][] = [
  [`{"user":"a","password":"b"}`, `{"user":"a","password":"…"}`],
  [`{"password" : "b" , "user":1}`, `{"password" : "…", "user":1}`],
  [`{"token":{"a":["]",{}]},"b":1}`, `{"token":"…","b":1}`],
  [`[{"PIN-CODE":[1,2]},{"pin_code":null}]`, `[{"PIN-CODE":"…"},{"pin_code":"…"}]`],
  [`{"author":"x","tokens":3}`, `{"author":"x","tokens":3}`],
  [`{"a":"\\"password\\":1"}`, `{"a":"\\"password\\":1"}`],
  [`{"pass\\u0077ord":"b"}`, `{"pass\\u0077ord":"…"}`],
  [`{"password":"cut of`, `{"password":"…"`],
  [`{"password":"cut \\`, `{"password":"…"`],
  [`{"password":{"cut":["of`, `{"password":"…"`],
  [`{"a":":","password":"b"}`, `{"a":":","password":"…"}`],
  [`{"password"`, `{"password"`],
  [`the password is not known`, `the password is not known`],
  [``, ``],
];

Deno.test("Secrets takes the values of secret members out of JSON, whole or cut off", () => {
  for (const [text, kept] of JSONS) assertEquals(secrets.json(text), kept);
});

Deno.test("no secret stays in JSON, however deep its member lies and wherever the text is cut", () => {
  const SECRET = "zzzzzz";
  const secret = fc.oneof(
    fc.constant(SECRET),
    fc.array(fc.constant(SECRET), { maxLength: 3 }),
    fc.record({ a: fc.constant(SECRET) }),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie("tree"), { maxLength: 4 }),
      fc.record({ a: tie("tree"), token: secret, b: tie("tree") }),
      fc.dictionary(fc.string(), tie("tree"), { maxKeys: 3 }),
    ),
  }));
  fc.assert(fc.property(tree, fc.nat(), fc.constantFrom(0, 2), (value, cut, space) => {
    const text = JSON.stringify(value, null, space);
    const kept = secrets.json(text.slice(0, 1 + cut % text.length));
    assert(!kept.includes(SECRET), kept);
    const whole = secrets.json(text);
    JSON.parse(whole);
    assert(whole === text || whole.includes("…"));
  }));
});
