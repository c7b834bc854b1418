/**
 * Stands in for `jsr:@fresh/plugin-vite`, which npm does not have. Vite bundles `islands/` and the
 * client's entry; the server runs as it is, by way of a generated `_fresh/server.js`.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Plugin } from "vite";
import { modulesOf, serverEntry } from "./server_entry.ts";

/** Paths are relative to Vite's root. */
export interface FreshViteConfig {
  /** The module that exports `app`. Default: `main.ts`. */
  serverEntry?: string;
  /** Default: `client.ts`. */
  clientEntry?: string;
  /** Default: `islands`. */
  islandsDir?: string;
  /** Default: `routes`. */
  routeDir?: string;
  /** Default: `static`. */
  staticDir?: string;
}

const CLIENT_ENTRY = "\0fresh:client-entry";

export function fresh(config: FreshViteConfig = {}): Plugin[] {
  let root = "";
  const at = (path: string) => resolve(root, path);
  const islandsDir = () => at(config.islandsDir ?? "islands");

  return [{
    name: "fresh",
    config(user) {
      root = resolve(user.root ?? ".");
      const islands = modulesOf(islandsDir()).map(({ name, file }) => [`island-${name}`, file]);
      return {
        publicDir: false,
        resolve: { alias: aliases(root) },
        oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
        build: {
          outDir: at("_fresh/client"),
          emptyOutDir: true,
          modulePreload: { polyfill: false },
          rolldownOptions: {
            preserveEntrySignatures: "strict",
            input: { client: CLIENT_ENTRY, ...Object.fromEntries(islands) },
          },
        },
      };
    },
    resolveId: (id) => id === CLIENT_ENTRY ? id : null,
    load(id) {
      if (id !== CLIENT_ENTRY) return null;
      const own = at(config.clientEntry ?? "client.ts");
      const boot = join(import.meta.dirname ?? "", "client.ts");
      return `${existsSync(own) ? `import ${JSON.stringify(own)};` : ""}
import { boot } from ${JSON.stringify(boot)};
boot();`;
    },
    writeBundle({ dir = at("_fresh/client") }, bundle) {
      const chunks = new Map<string | null, string>();
      for (const file of Object.values(bundle)) {
        if (file.type === "chunk") chunks.set(file.facadeModuleId, `/${file.fileName}`);
      }
      const code = serverEntry({
        out: dirname(dir),
        clientDir: dir,
        staticDir: at(config.staticDir ?? "static"),
        app: at(config.serverEntry ?? "main.ts"),
        entry: chunks.get(CLIENT_ENTRY) ?? "",
        islands: modulesOf(islandsDir()).map((it) => ({ ...it, chunk: chunks.get(it.file) ?? "" })),
        routes: modulesOf(at(config.routeDir ?? "routes")),
      });
      writeFileSync(join(dirname(dir), "server.js"), code);
    },
  }];
}

interface Alias {
  readonly find: RegExp;
  readonly replacement: string;
}

/** The import map's entries that lead to files. Packages are found in `node_modules`. */
function aliases(root: string): Alias[] {
  let folder = root;
  while (!existsSync(join(folder, "deno.json")) && folder !== dirname(folder)) {
    folder = dirname(folder);
  }
  const { imports = {} }: { imports?: Record<string, string> } = JSON.parse(
    readFileSync(join(folder, "deno.json"), "utf8"),
  );
  return Object.entries(imports)
    .filter(([, target]) => target.startsWith("."))
    .map(([name, target]) => ({
      find: new RegExp(`^${RegExp.escape(name)}${name.endsWith("/") ? "" : "$"}`),
      replacement: join(folder, target),
    }));
}
