import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  indexAt,
  onScale,
  percentOf,
  scaleOf,
  wrapOf,
} from "../../components/socket/window_scale.ts";

Deno.test("a window's picture ends with its last index, and shows all that is under way", () => {
  const scale = scaleOf([120, 110, 100, null], 120);
  assertEquals(scale, { from: 95, to: 120 });
  assertEquals([120, 110, 100].map((index) => percentOf(index, scale)), [100, 60, 20]);
  assertEquals(scaleOf([20, 20], 20), { from: 4, to: 20 });
  assertEquals(wrapOf(scale), null);
});

Deno.test("a window's picture goes on across the wrap, and says where that is", () => {
  const scale = scaleOf([65_534, 2], 2);
  assertEquals(scale, { from: -14, to: 2 });
  assertEquals([percentOf(65_534, scale), percentOf(2, scale)], [75, 100]);
  assertEquals([indexAt(scale.from), wrapOf(scale)], [65_522, 87.5]);
});

Deno.test("whatever the indexes are, bars keep their order and lie in the picture", () => {
  const steps = fc.array(fc.nat(6_000), { minLength: 1, maxLength: 5 });
  fc.assert(fc.property(fc.nat(65_535), steps, (acked, ahead) => {
    let at = acked;
    const indexes = [acked, ...ahead.map((step) => at += step)];
    const last = at & 0xffff;
    const scale = scaleOf(indexes.map(indexAt), last);
    const percents = indexes.map((index) => percentOf(indexAt(index), scale));
    assertEquals(percents, percents.toSorted((a, b) => a - b));
    assert(percents.every((percent) => percent >= 0 && percent <= 100));
    assertEquals(percents.at(-1), 100);
    assertEquals(indexAt(onScale(indexAt(acked), last)), acked);
  }));
});
