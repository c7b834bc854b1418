import { assertEquals } from "@std/assert";
import { Mailbox } from "../../lib/runner/mailbox.ts";

interface Note {
  readonly name: string;
  readonly bytes: number;
  /** When set, the handler is awaited until this resolves. */
  readonly until?: Promise<void>;
}

function mailbox() {
  const log: string[] = [];
  const state = { open: true };
  const box = new Mailbox<Note>({
    handle(note) {
      log.push(`begin ${note.name}`);
      return note.until;
    },
    mayHandle: () => state.open,
    handled: (note, awaited) => void log.push(`end ${note.name}${awaited ? " awaited" : ""}`),
  });
  return { box, log, state };
}

const note = (name: string, until?: Promise<void>): Note =>
  until === undefined ? { name, bytes: 10 } : { name, bytes: 10, until };

Deno.test("mailbox.post() handles within the call when idle and the handler is synchronous", () => {
  const { box, log } = mailbox();
  box.post(note("a"));
  assertEquals(log, ["begin a", "end a"]);
  assertEquals([box.isIdle, box.length, box.bytes], [true, 0, 0]);
});

Deno.test("mailbox handles one letter at a time, in order", async () => {
  const { box, log } = mailbox();
  const { promise, resolve } = Promise.withResolvers<void>();
  box.post(note("a", promise));
  box.post(note("b"));
  assertEquals([box.isRunning, box.length, box.bytes], [true, 1, 10]);
  assertEquals(log, ["begin a"]);
  resolve();
  await box.idle();
  assertEquals(log, ["begin a", "end a awaited", "begin b", "end b"]);
});

Deno.test("mailbox.post() from within a handler waits for its end", () => {
  const log: string[] = [];
  const box: Mailbox<Note> = new Mailbox<Note>({
    handle(note) {
      log.push(`begin ${note.name}`);
      if (note.name === "a") box.post({ name: "b", bytes: 0 });
      log.push(`still ${note.name}`);
    },
    mayHandle: () => true,
    handled: () => {},
  });
  box.post(note("a"));
  assertEquals(log, ["begin a", "still a", "begin b", "still b"]);
});

Deno.test("mailbox keeps letters while it may not handle, until it is pumped", () => {
  const { box, log, state } = mailbox();
  state.open = false;
  box.post(note("a"));
  box.post(note("b"));
  assertEquals([log.length, box.length, box.isIdle], [0, 2, false]);
  state.open = true;
  box.pump();
  assertEquals(log, ["begin a", "end a", "begin b", "end b"]);
});

Deno.test("mailbox.discard() takes out waiting letters and their bytes, not the running one", async () => {
  const { box, log } = mailbox();
  const { promise, resolve } = Promise.withResolvers<void>();
  box.post(note("a", promise));
  for (const name of ["b", "c", "d"]) box.post(note(name));
  box.discard(({ name }) => name !== "c");
  assertEquals([box.length, box.bytes], [1, 10]);
  resolve();
  await box.idle();
  assertEquals(log.filter((line) => line.startsWith("begin")), ["begin a", "begin c"]);
});

Deno.test("mailbox.idle() resolves when the last waiting letter is discarded", async () => {
  const { box, state } = mailbox();
  state.open = false;
  box.post(note("a"));
  const idle = box.idle();
  box.discard(() => true);
  await idle;
});

Deno.test("mailbox keeps the order of many letters that waited", async () => {
  const { box, log, state } = mailbox();
  state.open = false;
  const names = Array.from({ length: 5_000 }, (_, i) => String(i));
  for (const [i, name] of names.entries()) {
    box.post(note(name, i % 1_000 === 0 ? Promise.resolve() : undefined));
  }
  state.open = true;
  box.pump();
  await box.idle();
  const begun = log.filter((line) => line.startsWith("begin")).map((line) => line.slice(6));
  assertEquals(begun, names);
  assertEquals([box.length, box.bytes], [0, 0]);
});
