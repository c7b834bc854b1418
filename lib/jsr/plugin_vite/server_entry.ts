import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { getMimeType } from "hono/utils/mime";
import type { StaticFile } from "../fresh/build.ts";

/** A module by its path in its folder, without the extension, and where it is. */
export interface Module {
  readonly name: string;
  readonly file: string;
}

/** What the generated module joins. Paths are absolute, `entry` and `chunk` are URL paths. */
export interface ServerEntry {
  /** The folder that it is written to. */
  readonly out: string;
  readonly clientDir: string;
  readonly staticDir: string;
  readonly app: string;
  readonly entry: string;
  readonly islands: readonly (Module & { readonly chunk: string })[];
  readonly routes: readonly Module[];
}

/** The TypeScript modules of a folder, sorted. */
export function modulesOf(folder: string): Module[] {
  return filesOf(folder)
    .filter((file) => /\.tsx?$/.test(file) && !/[_.]test\.tsx?$/.test(file))
    .map((file) => ({ name: file.replace(/\.tsx?$/, ""), file: join(folder, file) }));
}

/** The code of `_fresh/server.js`, whose default export has a `fetch` that answers requests. */
export function serverEntry(built: ServerEntry): string {
  const { out, clientDir, staticDir, app, entry, islands, routes } = built;
  const from = (path: string) => JSON.stringify(relative(out, path).replace(/^(?!\.)/, "./"));
  const files = {
    ...staticFiles(out, staticDir, false),
    ...staticFiles(out, clientDir, true),
  };
  const build = {
    id: hash(JSON.stringify(files)),
    entry,
    styles: Object.keys(files).filter((path) => files[path]?.immutable && path.endsWith(".css")),
    files,
  };
  return `// Written by \`vite build\`: edits are lost.
import { App } from ${from(join(import.meta.dirname ?? "", "../fresh/app.ts"))};
import { app } from ${from(app)};
${routes.map(({ file }, i) => `import * as route${i} from ${from(file)};`).join("\n")}
${islands.map(({ file }, i) => `import island${i} from ${from(file)};`).join("\n")}

const build = ${JSON.stringify(build, null, 2)};
const routes = {
${routes.map(({ name }, i) => `  ${JSON.stringify(name)}: route${i},`).join("\n")}
};
const islands = [
${
    islands.map(({ name, chunk }, i) => `  [island${i}, ${JSON.stringify({ name, chunk })}],`).join(
      "\n",
    )
  }
];

export default App.serve(app, { ...build, root: import.meta.dirname, routes }, islands);
`;
}

function staticFiles(out: string, folder: string, immutable: boolean): Record<string, StaticFile> {
  return Object.fromEntries(
    filesOf(folder).map((file) => [encodeURI(`/${file}`), {
      path: relative(out, join(folder, file)),
      type: getMimeType(file) ?? "application/octet-stream",
      etag: hash(readFileSync(join(folder, file))),
      immutable,
    }]),
  );
}

function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
}

function hash(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}
