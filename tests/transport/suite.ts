import { assert, assertEquals } from "@std/assert";
import type { Link } from "../../lib/transport/link.ts";
import { Recorder } from "./recorder.ts";

/** Two ends of one open link, neither started. */
export interface LinkPair {
  readonly near: Link;
  readonly far: Link;
  /** Breaks the connection without a close frame. */
  cut(): void;
  /** Frees what is left once both ends are closed. */
  dispose(): Promise<void>;
}

const KIB = 1024;

/** What every adapter of {@link Link} does: run over each, so that one is as good as another. */
export function linkSuite(name: string, open: () => Promise<LinkPair>): void {
  const test = (behaviour: string, run: (pair: LinkPair) => Promise<void>): void =>
    Deno.test(`${name} ${behaviour}`, async () => {
      const pair = await open();
      try {
        await run(pair);
      } finally {
        pair.near.close(1000, "end of test");
        pair.far.close(1000, "end of test");
        await pair.dispose();
      }
    });

  test("delivers frames in order", async ({ near, far }) => {
    const there = Recorder.on(far);
    near.start(new Recorder());
    for (let i = 0; i < 100; i++) near.send(Uint8Array.of(i));
    const frames = await there.received(100);
    assertEquals(frames.map((frame) => frame[0]), Array.from({ length: 100 }, (_, i) => i));
  });

  for (const size of [0, 1, 125, 126, 64 * KIB - 1, 64 * KIB, 1024 * KIB]) {
    test(`carries a frame of ${size} bytes unchanged, both ways`, async ({ near, far }) => {
      const frame = Uint8Array.from({ length: size }, (_, i) => (i * 31) & 0xff);
      const here = Recorder.on(near);
      const there = Recorder.on(far);
      there.onEach = (arrived) => far.send(arrived);
      near.send(frame);
      const [echo] = await here.received(1);
      assert(echo instanceof Uint8Array);
      assert(sameBytes(there.frames[0]!, frame));
      assert(sameBytes(echo, frame));
    });
  }

  test("carries a view of a larger buffer as that view alone", async ({ near, far }) => {
    const slab = Uint8Array.from({ length: 100 }, (_, i) => i);
    const there = Recorder.on(far);
    near.start(new Recorder());
    near.send(slab.subarray(10, 13));
    const [frame] = await there.received(1);
    assertEquals([...frame!], [10, 11, 12]);
  });

  test("keeps frames sent before start, and delivers them first", async ({ near, far }) => {
    for (const byte of [1, 2, 3]) near.send(Uint8Array.of(byte));
    near.start(new Recorder());
    await turn();
    near.send(Uint8Array.of(4));
    const there = Recorder.on(far);
    near.send(Uint8Array.of(5));
    const frames = await there.received(5);
    assertEquals(frames.map((frame) => frame[0]), [1, 2, 3, 4, 5]);
  });

  test("keeps what arrived before start, frames then end, and tells none inside it", async (pair) => {
    const { near, far } = pair;
    const here = Recorder.on(near);
    for (const byte of [1, 2, 3]) near.send(Uint8Array.of(byte));
    near.close(1000, "early");
    // The closer's end means that the other side has everything.
    await here.ended();
    const there = Recorder.on(far);
    assertEquals([there.frames.length, there.ends.length], [0, 0]);
    assertEquals(await there.ended(), { code: 1000, reason: "early" });
    assertEquals([there.frames.map((frame) => frame[0]), there.late], [[1, 2, 3], 0]);
  });

  for (const closer of ["near", "far"] as const) {
    test(`tells both ends once that ${closer} closed, with its code and reason`, async (pair) => {
      const here = Recorder.on(pair.near);
      const there = Recorder.on(pair.far);
      pair[closer].close(1012, "guard.gateway_shutdown");
      pair[closer].close(1000, "a second time");
      const ends = await Promise.all([here.ended(), there.ended()]);
      const wanted = { code: 1012, reason: "guard.gateway_shutdown" };
      assertEquals(ends, [wanted, wanted]);
      pair.near.close(1000, "too late");
      pair.far.close(1000, "too late");
      await turn();
      assertEquals([here.ends.length, there.ends.length], [1, 1]);
    });
  }

  test("ends once on each side when both close at the same moment", async ({ near, far }) => {
    const here = Recorder.on(near);
    const there = Recorder.on(far);
    near.close(1000, "near");
    far.close(1000, "far");
    await Promise.all([here.ended(), there.ended()]);
    await turn();
    assertEquals([here.ends.length, there.ends.length], [1, 1]);
  });

  test("delivers what was sent before a close", async ({ near, far }) => {
    const there = Recorder.on(far);
    near.start(new Recorder());
    for (let i = 0; i < 50; i++) near.send(new Uint8Array(64 * KIB).fill(i));
    near.close(1000, "done");
    assertEquals(await there.ended(), { code: 1000, reason: "done" });
    assertEquals(there.frames.map((frame) => frame[0]), Array.from({ length: 50 }, (_, i) => i));
  });

  test("sends nothing after close, and delivers nothing after the end", async ({ near, far }) => {
    const here = Recorder.on(near);
    const there = Recorder.on(far);
    near.send(Uint8Array.of(1));
    near.close(1000, "done");
    near.send(Uint8Array.of(2));
    await Promise.all([here.ended(), there.ended()]);
    near.send(Uint8Array.of(3));
    far.send(Uint8Array.of(4));
    await turn();
    assertEquals(there.frames.map((frame) => frame[0]), [1]);
    assertEquals([here.frames.length, here.late, there.late], [0, 0, 0]);
  });

  test("never puts 1006 on the wire", async ({ near, far }) => {
    near.start(new Recorder());
    const there = Recorder.on(far);
    near.close(1006, "x".repeat(200));
    assertEquals(await there.ended(), { code: 1011, reason: "x".repeat(123) });
  });

  test("calls no handler from inside send, close or start", async ({ near, far }) => {
    let inside = 0;
    let nested = 0;
    let echoes = 0;
    const guarded = (run: () => void): void => {
      inside++;
      run();
      inside--;
    };
    const ends: Promise<void>[] = [];
    const handlers = (link: Link) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      ends.push(promise);
      return {
        onFrame: (frame: Uint8Array): void => {
          if (inside > 0) nested++;
          if (++echoes < 40) guarded(() => link.send(frame));
          else guarded(() => link.close(1000, "done"));
        },
        onClose: (): void => {
          if (inside > 0) nested++;
          resolve();
        },
      };
    };
    guarded(() => far.send(Uint8Array.of(1)));
    guarded(() => near.start(handlers(near)));
    guarded(() => far.start(handlers(far)));
    await Promise.all(ends);
    assertEquals(nested, 0);
    assert(echoes >= 40);
  });

  test("counts bufferedBytes up on send and back to zero", async ({ near, far }) => {
    const here = Recorder.on(near);
    const there = Recorder.on(far);
    assertEquals(near.bufferedBytes, 0);
    for (let i = 0; i < 64; i++) near.send(new Uint8Array(256 * KIB));
    assert(near.bufferedBytes >= 256 * KIB, `${near.bufferedBytes} bytes buffered`);
    await there.received(64);
    far.send(Uint8Array.of(1));
    await here.received(1);
    assertEquals(near.bufferedBytes, 0);
  });

  test("buffers nothing once it is closed", async ({ near, far }) => {
    const here = Recorder.on(near);
    Recorder.on(far);
    near.send(new Uint8Array(KIB));
    near.close(1000, "done");
    await here.ended();
    near.send(new Uint8Array(KIB));
    assertEquals(near.bufferedBytes, 0);
  });

  test("tells both ends 1006 once when the connection breaks", async (pair) => {
    const here = Recorder.on(pair.near);
    const there = Recorder.on(pair.far);
    pair.near.send(Uint8Array.of(1));
    await there.received(1);
    pair.cut();
    const ends = await Promise.all([here.ended(), there.ended()]);
    assertEquals(ends.map((end) => end.code), [1006, 1006]);
    pair.near.send(Uint8Array.of(2));
    await turn();
    assertEquals([here.ends.length, there.ends.length, there.frames.length], [1, 1, 1]);
  });

  test("reports what a handler throws, and delivers the frames behind it", async ({ near, far }) => {
    const reported: unknown[] = [];
    const onError = (event: ErrorEvent): void => {
      event.preventDefault();
      reported.push(event.error);
    };
    globalThis.addEventListener("error", onError);
    try {
      const there = Recorder.on(far);
      near.start(new Recorder());
      const bad = new Error("a bad frame");
      there.onEach = ([byte]) => {
        if (byte === 1) throw bad;
      };
      for (let i = 0; i < 4; i++) near.send(Uint8Array.of(i));
      const frames = await there.received(4);
      assertEquals(frames.map((frame) => frame[0]), [0, 1, 2, 3]);
      assertEquals(reported, [bad]);
    } finally {
      globalThis.removeEventListener("error", onError);
    }
  });

  test("carries 10 000 frames each way at once", async ({ near, far }) => {
    const count = 10_000;
    const here = Recorder.on(near);
    const there = Recorder.on(far);
    for (let i = 0; i < count; i++) {
      const frame = Uint8Array.of(i & 0xff, i >> 8, i % 7);
      near.send(frame);
      far.send(frame);
    }
    for (const frames of [await here.received(count), await there.received(count)]) {
      assertEquals(frames.length, count);
      const outOfOrder = frames.findIndex((frame, i) => frame[0]! + (frame[1]! << 8) !== i);
      assertEquals(outOfOrder, -1);
    }
  });
}

/** Lets everything run that is ready now, callbacks of sockets included. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
