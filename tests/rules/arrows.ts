import { codeOf, importsOf, resolveImport, type Source } from "./source.ts";

/** A room's name is its folder: `lib/runner` is `runner`, `routes` is `routes`. */
interface Room {
  /** Rooms whose modules it may import, besides its own. */
  readonly rooms: readonly string[];
  /** Rooms and modules it may import types of. */
  readonly types?: readonly string[];
  /** Packages it may import. `undefined`: any. */
  readonly packages?: readonly string[];
}

/** What the dashboard shows: it knows their shapes, never their code. */
const VIEWS = ["protocol", "gateway", "runner"];

/** The arrows of the design: protocol ← delivery ← {runner, gateway} ← main. */
const ROOMS: Readonly<Record<string, Room>> = {
  host: { rooms: [], packages: ["node:crypto"] },
  protocol: { rooms: [], packages: [] },
  delivery: { rooms: ["protocol"], packages: [] },
  transport: { rooms: ["host", "protocol"] },
  body: { rooms: ["host", "delivery"], packages: [] },
  rule: { rooms: [], packages: [] },
  input: { rooms: ["lib/gateway/errors.ts"], packages: ["valibot"] },
  actor: { rooms: ["protocol", "host"] },
  // How an actor lies in its key-value space: the runner writes it, the inspector reads it.
  kept: { rooms: ["protocol", "actor"], packages: ["devalue"] },
  runner: {
    rooms: ["protocol", "delivery", "body", "transport", "host", "actor", "kept", "log", "rule"],
  },
  gateway: {
    rooms: ["protocol", "delivery", "body", "transport", "host", "access", "input", "log", "rule"],
  },
  // The tunnel's client and its parts, under another runner.
  compat: { rooms: ["protocol", "delivery", "body", "transport", "host", "actor", "runner"] },
  store: { rooms: ["protocol", "host", "log", "lib/gateway/gateway_store.ts"] },
  access: { rooms: ["host"] },
  // It names every room's options, defaults and rules, and nothing else of them.
  config: {
    rooms: [
      "protocol",
      "log",
      "access",
      "rule",
      "lib/delivery/credit.ts",
      "lib/gateway/timer_rules.ts",
      "lib/runner/timer_rules.ts",
      ...optionsOf("gateway", "runner", "store", "inspect"),
    ],
  },
  log: { rooms: ["host"] },
  inspect: {
    rooms: [
      "protocol",
      "host",
      "input",
      "kept",
      "lib/actor/errors.ts",
      "lib/actor/kv.ts",
      "lib/gateway/errors.ts",
    ],
    types: ["gateway", "runner", "actor", "log", "store"],
  },
  jsr: { rooms: [] },
  // Of components it knows what a page is given.
  web: {
    rooms: ["inspect", "access", "input", "lib/gateway/errors.ts"],
    types: [...VIEWS, "components"],
  },
  routes: {
    rooms: [
      "web",
      "inspect",
      "access",
      "components",
      "islands",
      "protocol",
      "lib/gateway/errors.ts",
    ],
    types: VIEWS,
  },
  islands: { rooms: ["inspect", "components"], types: VIEWS },
  components: { rooms: ["inspect"], types: VIEWS },
};

function optionsOf(...rooms: readonly string[]): string[] {
  return rooms.map((room) => `lib/${room}/options.ts`);
}

/** A rule that a module broke, as a sentence. */
export type Violation = string;

export function arrowViolations(sources: readonly Source[]): Violation[] {
  return sources.flatMap((source) => {
    const name = roomOf(source.path);
    const room = ROOMS[name];
    if (room === undefined) return [];
    return importsOf(source).flatMap(({ specifier, typeOnly }): Violation[] => {
      const target = resolveImport(source.path, specifier);
      if (target === null) {
        if (room.packages === undefined || room.packages.includes(specifier)) return [];
        return [`${source.path} imports ${specifier}, which ${name} may not`];
      }
      const allowed = typeOnly ? [...room.rooms, ...room.types ?? []] : room.rooms;
      const other = roomOf(target);
      if (other === name || allowed.includes(other) || allowed.includes(target)) return [];
      if (ROOMS[other] === undefined) return [];
      return [`${source.path} imports ${target}, but ${name} may not know ${other}`];
    });
  });
}

function roomOf(path: string): string {
  const [first = "", second = ""] = path.split("/");
  return first === "lib" ? second : first;
}

/** Time, chance and turns of the event loop, which `lib/` has from its host only. */
const REAL = new RegExp(
  [
    String.raw`\bDate\.now\b`,
    String.raw`\bnew Date\(\s*\)`,
    String.raw`\bperformance\b`,
    String.raw`(?<!(?<!globalThis)\.)\b(?:set|clear)(?:Timeout|Interval)\b`,
    String.raw`\bMath\.random\b`,
    String.raw`\bcrypto\.(?:getRandomValues|randomUUID|subtle\.generateKey)\b`,
    String.raw`\bqueueMicrotask\b`,
    String.raw`\bsetImmediate\b`,
    String.raw`\bAbortSignal\.timeout\b`,
  ].join("|"),
);

/** May reach for the real ones: the host itself, and what stands in for packages. */
const REAL_ROOMS = ["host", "jsr"];

/** What single modules may reach for, and why. */
const REAL_EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  // A real socket's turns cannot be simulated: the simulator has the memory link.
  "lib/transport/websocket_link.ts": ["queueMicrotask"],
};

/** Rooms without any I/O. */
const PURE_ROOMS = ["protocol", "delivery"];

export function purityViolations(sources: readonly Source[]): Violation[] {
  return sources.filter(({ path }) => path.startsWith("lib/")).flatMap((source) => {
    const room = roomOf(source.path);
    return codeOf(source.text, { strings: false }).split("\n").flatMap((line, i): Violation[] => {
      const where = `${source.path}:${i + 1}`;
      const real = REAL_ROOMS.includes(room) ? null : REAL.exec(line);
      if (real !== null && !REAL_EXCEPTIONS[source.path]?.includes(real[0])) {
        return [`${where} reaches for ${real[0]}, wanted the host's`];
      }
      const io = PURE_ROOMS.includes(room) ? /\bDeno\.|\bfetch\(|\bconsole\./.exec(line) : null;
      return io === null ? [] : [`${where} does I/O by ${io[0]}, but ${room} is pure`];
    });
  });
}
