import { assertEquals } from "@std/assert";
import { keysOf, pressed, START, type State } from "../../top/state.ts";

const PAGE = 20;

/** What is left of the state after keys, as what differs from the start. */
function after(...keys: string[]): Partial<State> | null {
  let state: State | null = START;
  for (const key of keys) state = state && pressed(state, key, PAGE);
  if (state === null) return null;
  const before = START as unknown as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(state).filter(([name, value]) => value !== before[name]),
  );
}

for (
  const [of, keys, state] of [
    ["nothing known", ["x"], {}],
    ["q", ["q"], null],
    ["Ctrl-C", ["quit"], null],
    ["Ctrl-C while typing", ["/", "a", "quit"], null],
    ["Tab", ["tab"], { list: "sockets" }],
    ["Tab, to the end", ["tab", "tab", "tab"], {}],
    ["Tab, after sorting", ["s", "s", "tab"], { list: "sockets" }],
    ["s: text rises", ["s"], { sort: 1 }],
    ["s: numbers fall", ["s", "s"], { sort: 2, isDown: true }],
    ["r", ["r"], { isDown: true }],
    ["r twice", ["r", "r"], {}],
    ["p", ["p"], { isPaused: true }],
    ["a filter", ["/", "a", "q", "enter"], { filter: "aq" }],
    ["a filter that is being typed", ["/", "a"], { filter: "a", isTyping: true }],
    ["a filter that is dropped", ["/", "a", "escape"], {}],
    ["a filter with its end taken back", ["/", "ä", "b", "backspace"], {
      filter: "ä",
      isTyping: true,
    }],
    ["a filter that is dropped later", ["/", "a", "enter", "escape"], {}],
    ["keys without a character in a filter", ["/", "up", "tab"], { isTyping: true }],
    ["help, which any key leaves", ["?", "x"], {}],
    ["q in help", ["?", "q"], null],
    ["down", ["down", "down", "up"], { skipped: 1 }],
    ["a page down", ["pageDown"], { skipped: PAGE }],
    ["up at the top", ["up", "pageUp"], {}],
  ] as const
) {
  Deno.test(`top: ${of}`, () => assertEquals(after(...keys), state));
}

Deno.test("keysOf() names what a terminal sends, however much comes at once", () => {
  assertEquals(keysOf("\x1b[A"), ["up"]);
  assertEquals(keysOf("\x1b"), ["escape"]);
  assertEquals(keysOf("ab\t"), ["a", "b", "tab"]);
  assertEquals(keysOf("\x1b[B\x1b[B"), ["down", "down"]);
  assertEquals(keysOf("\x1b[1;5C"), []);
  assertEquals(keysOf("é漢"), ["é", "漢"]);
});
