import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  formatActor,
  formatAge,
  formatBytes,
  formatClock,
  formatCount,
  formatHours,
  formatIndex,
  formatMs,
  plural,
  shortId,
} from "../../components/format.ts";

const KIB = 1024;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function table<Value>(format: (value: Value) => string, rows: readonly [Value, string][]): void {
  for (const [value, text] of rows) assertEquals(format(value), text, `${value}`);
}

Deno.test("formatBytes() takes the unit in which three digits are enough", () =>
  table<number | null>(formatBytes, [
    [null, "—"],
    [0, "0 B"],
    [1_023, "1023 B"],
    [1_024, "1 KiB"],
    [1_536, "1.5 KiB"],
    [99.9 * KIB, "99.9 KiB"],
    [100.2 * KIB, "100 KiB"],
    [128 * KIB * KIB, "128 MiB"],
    [10 * KIB ** 3, "10 GiB"],
    [5_000 * KIB ** 4, "5000 TiB"],
  ]));

Deno.test("formatMs() goes from hundredths to the units of an age", () =>
  table<number | null>(formatMs, [
    [null, "—"],
    [0, "0 ms"],
    [0.0849, "0.08 ms"],
    [0.5, "0.5 ms"],
    [1, "1 ms"],
    [4.25, "4.3 ms"],
    [99.4, "99.4 ms"],
    [250.4, "250 ms"],
    [999.4, "999 ms"],
    [1_500, "1.5 s"],
    [90_000, "1 min"],
  ]));

Deno.test("formatAge() tells the greatest unit only", () =>
  table<number | null>(formatAge, [
    [null, "—"],
    [-5, "0 s"],
    [999, "0 s"],
    [1_250, "1.2 s"],
    [59_999, "59 s"],
    [MINUTE, "1 min"],
    [HOUR - 1, "59 min"],
    [HOUR, "1 h"],
    [48 * HOUR - 1, "47 h"],
    [48 * HOUR, "2 d"],
  ]));

Deno.test("formatMs() never is longer than eight characters below a minute", () => {
  fc.assert(fc.property(fc.double({ min: 0, max: MINUTE - 1, noNaN: true }), (ms) => {
    assert(formatMs(ms).length <= 8, formatMs(ms));
  }));
});

Deno.test("formatCount() groups digits by three, and formatIndex() does not", () => {
  assertEquals(formatCount(1_234_567).split("\u202f"), ["1", "234", "567"]);
  assertEquals([formatCount(999), formatCount(null)], ["999", "—"]);
  assertEquals([formatIndex(65_535), formatIndex(null)], ["65535", "—"]);
});

Deno.test("plural(), formatActor(), shortId() and formatClock() write as people do", () => {
  assertEquals([plural(1, "socket"), plural(2, "socket")], ["1 socket", "2 sockets"]);
  assertEquals([formatActor("counter", "demo"), formatActor("echo", null)], [
    "counter/demo",
    "echo",
  ]);
  assertEquals([shortId("12345678"), shortId("123456789")], ["12345678", "…3456789"]);
  assertEquals(formatClock(1_700_000_000_000, "UTC"), "22:13:20");
});

Deno.test("formatHours() stays with hours, however many", () =>
  table(formatHours, [
    [0, "0 h"],
    [0.004, "0 h"],
    [0.02, "0.02 h"],
    [1.5, "1.5 h"],
    [38.24, "38.2 h"],
    [99.96, "100 h"],
    [1_234.4, "1\u202f234 h"],
  ]));
