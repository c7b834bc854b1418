/** Writes docs/configuration.md from the tables of lib/config. */
import { configurationDocument } from "../lib/config/document.ts";

await Deno.writeTextFile(
  new URL("../docs/configuration.md", import.meta.url),
  configurationDocument(),
);
