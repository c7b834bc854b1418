import { assert, assertEquals } from "@std/assert";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { apiDocument } from "../../scripts/api_docs.ts";
import { openApiDocument } from "../../lib/inspect/openapi/document.ts";
import { addressesOf, FakeApp } from "../support/fake_app.ts";

// deno-lint-ignore no-explicit-any -- as it is, for programs
type Document = any;

async function document(app: FakeApp): Promise<Document> {
  return await (await app.call("/api/openapi.json")).json();
}

Deno.test("/api/openapi.json is a valid OpenAPI 3.1 document", async () => {
  const found = await document(await FakeApp.create());
  const { valid, errors } = await new Validator().validate(found);
  assertEquals([valid, errors], [true, undefined]);
  assertEquals(found.openapi, "3.1.0");
  const ids = Object.values<Document>(found.paths)
    .flatMap((path) => Object.values<Document>(path).map(({ operationId }) => operationId));
  assertEquals(new Set(ids).size, ids.length);
});

/** Of a file of routes: the address, with each named part as `{}`. */
function addressOf(file: string): string {
  return file.replace(/\.tsx?$/, "").replace(/\/index$/, "").replaceAll(/\[\w+\]/g, "{}");
}

async function* routesUnder(directory: URL, path: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    if (isDirectory) yield* routesUnder(new URL(`${name}/`, directory), `${path}/${name}`);
    else yield addressOf(`${path}/${name}`);
  }
}

Deno.test("every route under /api is in the document, and nothing else is", async () => {
  const routes = await Array.fromAsync(
    routesUnder(new URL("../../routes/api/", import.meta.url), "/api"),
  );
  const { paths } = openApiDocument("0") as Document;
  const told = Object.keys(paths).map((path) => path.replaceAll(/\{\w+\}/g, "{}"));
  assertEquals(told.toSorted(), [...routes, "/metrics", "/livez", "/readyz"].toSorted());
});

Deno.test("what is answered is what the document says", async () => {
  const host = new VirtualHost();
  const app = await FakeApp.create({ host });
  const at = await addressesOf(app, host);
  const { paths } = await document(app);
  const ajv = new Ajv2020({ strict: false });
  for (const [path, operations] of Object.entries<Document>(paths)) {
    const schema = operations.get?.responses[200].content["application/json"]?.schema;
    if (schema === undefined) continue;
    const response = await app.call(at(path));
    assertEquals(response.status, 200, path);
    const isValid = ajv.compile(schema);
    const answer = await response.json();
    assert(isValid(answer), `${path}: ${ajv.errorsText(isValid.errors)}`);
  }
});

Deno.test("what a request must have is in the document: its parts, its query, its header, its body", () => {
  const { paths } = openApiDocument("0") as Document;
  const { parameters } = paths["/api/history"].get;
  assertEquals(parameters.map(({ name, in: where }: Document) => [name, where]), [
    ["runner", "query"],
    ["seconds", "query"],
  ]);
  assertEquals(parameters[1].schema, { type: "integer", minimum: 1, maximum: 86_400 });
  const { post } = paths["/api/sockets/{requestId}/close"];
  assertEquals(post.parameters.map(({ name, in: where }: Document) => [name, where]), [
    ["requestId", "path"],
    ["x-dormouse-action", "header"],
  ]);
  const { reason } = post.requestBody.content["application/json"].schema.properties;
  assertEquals([reason.type, reason.maxLength], ["string", 123]);
  assertEquals(paths["/livez"].get.security, []);
  assertEquals(paths["/api/actors/{actorId}/state"].get["x-role"], "payload");
});

Deno.test("docs/api.md is what `deno task generate` makes of the declarations", async () => {
  const kept = await Deno.readTextFile(new URL("../../docs/api.md", import.meta.url));
  assert(kept === apiDocument());
});
