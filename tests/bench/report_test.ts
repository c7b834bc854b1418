import { pathToFileURL } from "node:url";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { amount } from "@/bench/report/amount.ts";
import { report } from "@/bench/report/document.ts";
import { sweepsOf } from "@/bench/report/plots.ts";
import type { Results } from "@/bench/results.ts";
import { presentFiles, wantedFiles, writeFiles } from "@/scripts/performance_docs.ts";
import { MADE_UP } from "./made_up_results.ts";

const EMPTY = "# Performance\n";
const whole = await report(EMPTY, MADE_UP);

Deno.test("amount() has three digits, and spaces between thousands", () => {
  const texts: readonly [number, string][] = [
    [0, "0"],
    [0.000_412_3, "0.000412"],
    [1 / 32, "0.0313"],
    [4, "4"],
    [95.238, "95.2"],
    [999.6, "1 000"],
    [1_813_505, "1 810 000"],
    [-0.5, "-0.5"],
    [NaN, "-"],
    [Infinity, "-"],
  ];
  for (const [value, text] of texts) assertEquals(amount(value), text);
});

Deno.test("report() makes the same of the same, also of its own document", async () => {
  assertEquals(await report(whole.document, MADE_UP), whole);
});

Deno.test("report() says what holds, what does not, and what was not measured", () => {
  const row = (what: string): string[] =>
    whole.document.split("\n").find((line) => line.startsWith(`| ${what} `))!
      .split("|").slice(2, -1).map((cell) => cell.trim());
  assertEquals(row("`counter`, 10 in flight on each of 50, delay of the event loop p99"), [
    "≤ 8 ms",
    "4 (3.72 to 4.4) ms",
    "yes",
  ]);
  assertEquals(row("`counter`, 10 in flight on each of 50, ack p99").at(-1), "**no**");
  assertStringIncludes(
    whole.document,
    "- `counter`, 10 in flight on each of 50, ack p99: 22 ms, wanted is ≤ 20 ms",
  );
  assertEquals(row("Start to first answer, warm, after the build").slice(1), ["not measured", ""]);
});

Deno.test("report() keeps what is written between its sections", async () => {
  const prose = "The curve bends where the caches end.\n";
  const { document } = await report(
    `${whole.document.replace("## Http\n", `${prose}\n## HTTP\n`)}\n${prose}`,
    MADE_UP,
  );
  assertEquals(document.split(prose).length, 3);
  assertStringIncludes(document, `<!-- end echo -->\n\n${prose}\n## HTTP\n\n<!-- begin http:`);
});

Deno.test("report() puts a study that is new in its place", async () => {
  const without = (...names: string[]): Results => ({
    ...MADE_UP,
    studies: MADE_UP.studies.filter(({ name }) => !names.includes(name)),
  });
  for (const names of [["http"], ["echo", "growth"]]) {
    const { document } = await report(EMPTY, without(...names));
    assertEquals((await report(document, MADE_UP)).document, whole.document, names.join());
  }
});

Deno.test("report() links every plot once, and no other", () => {
  const linked = [...whole.document.matchAll(/\(images\/performance\/([^)]+)\)/g)];
  assertEquals(linked.map(([, file]) => file), whole.plots.map(({ file }) => file));
  assert(linked.length > 8);
});

Deno.test("plots have two palettes, nothing to load, and no number that is none", () => {
  for (const { file, svg } of whole.plots) {
    assertStringIncludes(svg, "@media(prefers-color-scheme:dark)", file);
    assert(!/NaN|Infinity|undefined|null|<image|@import|url\(/.test(svg), file);
  }
});

Deno.test("plots show every contender, with what was measured", () => {
  const { svg } = whole.plots.find(({ file }) => file === "echo.svg")!;
  for (const { contender } of MADE_UP.studies[0]!.measurements) {
    assertStringIncludes(svg, `>${contender}</text>`);
  }
  assertStringIncludes(svg, ">2 340</text>");
});

Deno.test("sweepsOf() finds the cases that differ in a number", () => {
  const cases = (...names: string[]) =>
    sweepsOf({
      ...MADE_UP.studies[0]!,
      measurements: names.map((name) => ({ case: name, contender: "", figure: "", values: [1] })),
    }).map(({ name, unit, points }) => [name, unit, ...points.map(({ x }) => x)]);
  assertEquals(cases("plain, 10 000 sockets", "plain, 1 socket", "acked, 1 socket"), [
    ["plain", "sockets", 1, 10_000],
  ]);
  assertEquals(cases("actors: 10", "message bytes: 0", "actors: 1", "message bytes: 64"), [
    ["actors", "actors", 1, 10],
    ["message bytes", "message bytes", 0, 64],
  ]);
  assertEquals(cases("100 a second", "2000 a second"), [["", "a second", 100, 2_000]]);
  assertEquals(cases("ping-pong", "50 connections × 10 in flight", "50 connections × 1"), []);
});

Deno.test("writeFiles() writes what is wanted and removes plots that are not", async () => {
  const folder = await Deno.makeTempDir();
  const docs = pathToFileURL(`${folder}/`);
  try {
    await writeFiles(docs);
    assertEquals(presentFiles(docs), new Map());

    const json = new URL("performance.json", docs);
    Deno.writeTextFileSync(json, JSON.stringify(MADE_UP));
    await writeFiles(docs);
    const written = presentFiles(docs);
    assertEquals(written, await wantedFiles(docs));
    assertEquals(written.get("performance.md"), whole.document);
    assertEquals(written.size, 1 + whole.plots.length);

    Deno.writeTextFileSync(new URL("images/performance/old.svg", docs), "");
    await writeFiles(docs);
    assertEquals(presentFiles(docs), written);

    Deno.removeSync(json);
    await writeFiles(docs);
    assertEquals([...presentFiles(docs).keys()], ["performance.md"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
