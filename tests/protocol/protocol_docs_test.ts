import { assertEquals, assertThrows } from "@std/assert";
import { withSection } from "@/scripts/generated_section.ts";
import { protocolDocument, readDocument } from "@/scripts/protocol_docs.ts";

Deno.test("docs/protocol.md has the tables of today (else: deno task generate)", () => {
  const document = readDocument();
  assertEquals(protocolDocument(document), document);
});

Deno.test("withSection() replaces a section, and refuses a document without it", () => {
  const document = "a\n<!-- begin x: made by y -->\nold\n<!-- end x -->\nb\n";
  const written = withSection(document, "x", ["new"]);
  assertEquals(written, "a\n<!-- begin x: made by y -->\n\nnew\n\n<!-- end x -->\nb\n");
  assertEquals(withSection(written, "x", ["new"]), written);
  for (const name of ["z", "y"]) assertThrows(() => withSection(document, name, []), Error, name);
});
