import { LIST_OF, type ListName, LISTS } from "./lists.ts";

/** What the reader has chosen. */
export interface State {
  readonly list: ListName;
  /** The place of the column that rows are sorted by. */
  readonly sort: number;
  readonly isDown: boolean;
  readonly filter: string;
  /** Whether keys go to the filter. */
  readonly isTyping: boolean;
  readonly isPaused: boolean;
  readonly isHelp: boolean;
  /** Rows above the first that is shown. */
  readonly skipped: number;
}

export const START: State = {
  list: "actors",
  sort: 0,
  isDown: false,
  filter: "",
  isTyping: false,
  isPaused: false,
  isHelp: false,
  skipped: 0,
};

export const HELP: readonly (readonly [key: string, what: string])[] = [
  ["Tab", "actors, sockets, runners"],
  ["s", "sort by the next column"],
  ["r", "reverse the order"],
  ["/", "filter: type, Enter to keep it, Esc to drop it"],
  ["↑ ↓ PgUp PgDn", "move"],
  ["p", "pause: nothing moves until it is pressed again"],
  ["?", "this help"],
  ["q", "leave"],
];

/** Names of the keys in what a terminal sends. */
const KEYS: Readonly<Record<string, string>> = {
  "\x1b[A": "up",
  "\x1b[B": "down",
  "\x1b[5~": "pageUp",
  "\x1b[6~": "pageDown",
  "\x1b": "escape",
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\x7f": "backspace",
  "\b": "backspace",
  "\x03": "quit",
};

/** The keys of what a terminal sent: characters, and the names of others. */
export function keysOf(sent: string): string[] {
  const known = KEYS[sent];
  if (known !== undefined) return [known];
  // deno-lint-ignore no-control-regex -- what terminals send begins with it
  return (sent.match(/\x1b\[[0-9;]*[A-Za-z~]|./gsu) ?? [])
    .map((part) => KEYS[part] ?? part)
    .filter((key) => !key.startsWith("\x1b"));
}

/** What a key makes of what was chosen; `null`: to leave. `page`: rows that a screen has. */
export function pressed(state: State, key: string, page: number): State | null {
  if (key === "quit") return null;
  if (state.isTyping) return typed(state, key);
  if (state.isHelp) return key === "q" ? null : { ...state, isHelp: false };
  const { columns } = LIST_OF[state.list];
  switch (key) {
    case "q":
      return null;
    case "tab": {
      const list = LISTS[(LISTS.indexOf(state.list) + 1) % LISTS.length]!;
      return { ...state, list, sort: 0, isDown: false, skipped: 0 };
    }
    case "s": {
      const sort = (state.sort + 1) % columns.length;
      // Of numbers the largest are looked for.
      return { ...state, sort, isDown: columns[sort]!.isNumber === true, skipped: 0 };
    }
    case "r":
      return { ...state, isDown: !state.isDown, skipped: 0 };
    case "/":
      return { ...state, isTyping: true };
    case "escape":
      return { ...state, filter: "", skipped: 0 };
    case "p":
      return { ...state, isPaused: !state.isPaused };
    case "?":
      return { ...state, isHelp: true };
    case "up":
      return moved(state, -1);
    case "down":
      return moved(state, 1);
    case "pageUp":
      return moved(state, -page);
    case "pageDown":
      return moved(state, page);
    default:
      return state;
  }
}

function typed(state: State, key: string): State {
  switch (key) {
    case "enter":
      return { ...state, isTyping: false };
    case "escape":
      return { ...state, isTyping: false, filter: "", skipped: 0 };
    case "backspace":
      return { ...state, filter: [...state.filter].slice(0, -1).join(""), skipped: 0 };
    default:
      return [...key].length === 1 && key >= " "
        ? { ...state, filter: state.filter + key, skipped: 0 }
        : state;
  }
}

function moved(state: State, by: number): State {
  return { ...state, skipped: Math.max(0, state.skipped + by) };
}
