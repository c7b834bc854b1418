/**
 * Writes docs/performance.md and its plots from docs/performance.json, which `deno task bench
 * --record` leaves. Without the JSON there are none.
 */
import { report } from "../bench/report/document.ts";
import { readResults } from "../bench/results.ts";

const DOCUMENT = "performance.md";
const PLOTS = "images/performance/";

/** Texts by their paths in the folder of documents. */
export type Files = ReadonlyMap<string, string>;

/** The document and its plots as they are to be. */
export async function wantedFiles(docs: URL): Promise<Files> {
  const results = readResults(new URL("performance.json", docs));
  if (results === undefined) return new Map();
  const kept = presentFiles(docs).get(DOCUMENT) ?? "# Performance\n";
  const { document, plots } = await report(kept, results);
  return new Map([
    [DOCUMENT, document],
    ...plots.map(({ file, svg }) => [PLOTS + file, svg] as const),
  ]);
}

/** The document and its plots as they are. */
export function presentFiles(docs: URL): Files {
  const paths = [
    ...filesIn(docs).filter((name) => name === DOCUMENT),
    ...filesIn(new URL(PLOTS, docs)).sort().map((name) => PLOTS + name),
  ];
  return new Map(paths.map((path) => [path, Deno.readTextFileSync(new URL(path, docs))]));
}

/** A plot that is wanted no more is removed; a document never, as people write in it. */
export async function writeFiles(docs: URL): Promise<void> {
  const wanted = await wantedFiles(docs);
  for (const path of presentFiles(docs).keys()) {
    if (path !== DOCUMENT && !wanted.has(path)) Deno.removeSync(new URL(path, docs));
  }
  if (wanted.size > 0) Deno.mkdirSync(new URL(PLOTS, docs), { recursive: true });
  for (const [path, text] of wanted) Deno.writeTextFileSync(new URL(path, docs), text);
}

function filesIn(folder: URL): string[] {
  try {
    return [...Deno.readDirSync(folder)].filter((it) => it.isFile).map((it) => it.name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

if (import.meta.main) await writeFiles(new URL("../docs/", import.meta.url));
