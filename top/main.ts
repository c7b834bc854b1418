/**
 * `deno task top`: what the dashboard shows, in a terminal.
 *
 *     deno task top [--url http://127.0.0.1:8000] [--token …] [--list actors|sockets|runners]
 *     deno task top --once     prints one screen as text, and ends
 *     deno task top --json     prints what is known as JSON, and ends
 *
 * The token is that of `--token`, else of DORMOUSE_ADMIN_TOKEN, else the one that the program on this
 * machine keeps in its data directory. The role `view` is enough.
 */
import { parseArgs } from "node:util";
import type { Topic } from "../components/live/topic.ts";
import { Feed } from "./feed.ts";
import { type Known, knownOf, watched } from "./known.ts";
import { type ListName, LISTS } from "./lists.ts";
import { pageOf, rowsOf, screen } from "./screen.ts";
import { keysOf, pressed, START, type State } from "./state.ts";
import { Terminal } from "./terminal.ts";

/** Between two drawings, unless a key is pressed. */
const DRAW_MS = 250;
/** For a first answer, where one is all that is wanted. */
const PATIENCE_MS = 10_000;
const WIDTH = 120;

const { values } = parseArgs({
  args: Deno.args,
  options: {
    url: {
      type: "string",
      default: `http://127.0.0.1:${Deno.env.get("DORMOUSE_UI_PORT") ?? "8000"}`,
    },
    token: { type: "string" },
    list: { type: "string", default: "actors" },
    once: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
if (!URL.canParse(values.url)) refuse("--url", values.url, "as http://127.0.0.1:8000");
if (!LISTS.includes(values.list as ListName)) refuse("--list", values.list, LISTS.join(", "));
let state: State = { ...START, list: values.list as ListName };

const topics = watched();
const ended = new AbortController();
let told = (): void => {};
const feed = new Feed({
  url: values.url,
  token: values.token ?? Deno.env.get("DORMOUSE_ADMIN_TOKEN") ?? keptToken(),
  topics: Object.values(topics) as Topic[],
  told: () => told(),
});

if (values.once || values.json || !Deno.stdout.isTerminal()) await once();
else await live();

async function once(): Promise<void> {
  const isThere = new Promise<void>((resolve) => {
    const heard = new Set<Topic>();
    for (const topic of Object.values(topics) as Topic[]) {
      const { take } = topic;
      topic.take = (event, message) => {
        take(event, message);
        if (heard.add(topic).size === Object.keys(topics).length) resolve();
      };
    }
    told = () => {
      if (feed.liveness === "refused") resolve();
    };
  });
  const late = setTimeout(() => ended.abort(), PATIENCE_MS);
  const running = feed.run(ended.signal);
  await Promise.race([isThere, running]);
  clearTimeout(late);
  const known = knownOf(topics);
  if (known.overview === null || feed.liveness !== "live") {
    console.error(`${values.url} does not answer: ${feed.problem || "no answer in time"}`);
    Deno.exit(1);
  }
  console.log(values.json ? asJson(known) : asText(known));
  ended.abort();
  Deno.exit(0);
}

function asJson({ overview, history }: Known): string {
  const rows = rowsOf(state, knownOf(topics), feed.serverTs);
  return JSON.stringify({ overview, history: history.rows, [state.list]: rows }, null, 2);
}

/** All rows, without the line of keys. */
function asText(known: Known): string {
  const lines = screen(state, known, {
    url: values.url,
    columns: WIDTH,
    lines: 1_000_000,
    now: feed.serverTs,
    problem: "",
  });
  return lines.slice(0, -1).map(({ text }) => text.trimEnd()).join("\n");
}

async function live(): Promise<void> {
  using terminal = new Terminal();
  let shown: Known = knownOf(topics);
  let pending: ReturnType<typeof setTimeout> | undefined;
  const draw = (): void => {
    clearTimeout(pending);
    pending = undefined;
    if (!state.isPaused) shown = knownOf(topics);
    const { columns, rows: lines } = terminal.size;
    const problem = feed.liveness === "live" || feed.liveness === "connecting" ? "" : feed.problem;
    const around = { url: values.url, columns, lines, now: feed.serverTs, problem };
    terminal.draw(screen(state, shown, around));
  };
  told = () => {
    pending ??= setTimeout(draw, DRAW_MS);
  };
  const leave = (): void => ended.abort();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, leave);
  }
  Deno.addSignalListener("SIGWINCH", draw);
  draw();
  void feed.run(ended.signal);
  for await (const sent of terminal.pressed(ended.signal)) {
    for (const key of keysOf(sent)) {
      const next = pressed(state, key, pageOf(terminal.size.rows));
      if (next === null) ended.abort();
      else state = next;
    }
    if (!ended.signal.aborted) draw();
  }
  clearTimeout(pending);
  terminal[Symbol.dispose]();
  // A read of the terminal is under way, and cannot be taken back.
  Deno.exit(0);
}

function keptToken(): string {
  const path = `${Deno.env.get("DORMOUSE_DATA_DIR") ?? ".dormouse"}/admin-token`;
  try {
    return Deno.readTextFileSync(path).trim();
  } catch {
    console.error(`No token: give --token or DORMOUSE_ADMIN_TOKEN; there is none in ${path}`);
    Deno.exit(2);
  }
}

function refuse(option: string, value: string, wanted: string): never {
  console.error(`${option} is ${JSON.stringify(value)}, wanted is: ${wanted}`);
  Deno.exit(2);
}
