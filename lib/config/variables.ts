import { ACCESS_LIMITS } from "../access/mod.ts";
import { LOG_FORMATS, LOG_LEVELS } from "../log/level.ts";
import { CURRENT_VERSION, SUPPORTED_VERSIONS } from "../protocol/limits.ts";
import {
  address,
  endpoint,
  flag,
  integer,
  list,
  name,
  oneOf,
  oneOfNumbers,
  optional,
  path,
  port,
  token,
} from "./kind.ts";
import { variable } from "./variable.ts";

export const ROLES = ["all", "gateway", "runner"] as const;
export type Role = (typeof ROLES)[number];

export const CAPTURE_PAYLOADS = ["loopback", "always", "never"] as const;

const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?$/;
/** Of a header, a query's parameter or a JSON member. */
const NAME = /^[A-Za-z0-9_.-]{1,64}$/;
const ORIGIN = /^https?:\/\/(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?$/;

/** Everything that is not a limit or a time of one room. */
export const VARIABLES = {
  role: variable(
    "DORMOUSE_ROLE",
    oneOf(ROLES),
    "all",
    "What this process runs: gateway and runner (`all`), or one of them. Several runners may join one gateway",
  ),
  dataDir: variable(
    "DORMOUSE_DATA_DIR",
    path(),
    ".dormouse",
    "Where the embedded store and the admin token are kept. One process at a time",
  ),
  uiHost: variable("DORMOUSE_UI_HOST", address(), "127.0.0.1", "Where the dashboard listens"),
  uiPort: variable("DORMOUSE_UI_PORT", port(), 8_000, "The dashboard's port, 0 for any free one"),
  uiReadOnly: variable(
    "DORMOUSE_UI_READ_ONLY",
    flag(),
    false,
    "Nobody can act at the dashboard, whatever their token: it only shows",
  ),
  uiActionsPerMinute: variable(
    "DORMOUSE_UI_ACTIONS_PER_MINUTE",
    integer(1, 1_000_000),
    ACCESS_LIMITS.actions.perMinute,
    "Actions that one session may ask for at the dashboard in a minute, dry runs included",
  ),
  uiActionsInAll: variable(
    "DORMOUSE_UI_ACTIONS_PER_MINUTE_IN_ALL",
    integer(1, 1_000_000),
    ACCESS_LIMITS.actions.perMinuteInAll,
    "Such actions of all sessions together",
  ),
  uiGuessesPerMinute: variable(
    "DORMOUSE_UI_GUESSES_PER_MINUTE",
    integer(1, 1_000_000),
    ACCESS_LIMITS.guesses.perMinute,
    "Wrong tokens that the dashboard takes from one address in a minute; after them it looks at none",
  ),
  uiGuessesInAll: variable(
    "DORMOUSE_UI_GUESSES_PER_MINUTE_IN_ALL",
    integer(1, 1_000_000),
    ACCESS_LIMITS.guesses.perMinuteInAll,
    "Such tokens from all addresses together",
  ),
  gatewayHost: variable(
    "DORMOUSE_GATEWAY_HOST",
    address(),
    "127.0.0.1",
    "Where the embedded gateway listens",
  ),
  gatewayPort: variable(
    "DORMOUSE_GATEWAY_PORT",
    port(),
    6_420,
    "The gateway's port, the one that Rivet's clients expect; 0 for any free one",
  ),
  gatewayUrl: variable(
    "DORMOUSE_GATEWAY_URL",
    optional(endpoint()),
    null,
    "Where browsers reach the gateway, for the dashboard's Try it, when it is not where the runner does",
    { fallbackText: "`RIVET_ENDPOINT`, or where the embedded gateway listens" },
  ),
  adminToken: variable(
    "DORMOUSE_ADMIN_TOKEN",
    optional(token(16)),
    null,
    "Opens the dashboard and the management API, and lets runners join",
    { secret: true, fallbackText: "made at the first start, kept in the data directory" },
  ),
  payloadToken: variable(
    "DORMOUSE_PAYLOAD_TOKEN",
    optional(token(16)),
    null,
    "Lets who has it see the dashboard and what users sent, but not act",
    { secret: true, fallbackText: "none" },
  ),
  viewToken: variable(
    "DORMOUSE_VIEW_TOKEN",
    optional(token(16)),
    null,
    "Lets who has it see the dashboard, but not what users sent, and not act",
    { secret: true, fallbackText: "none" },
  ),
  allowedHosts: variable(
    "DORMOUSE_ALLOWED_HOSTS",
    list("host names between commas, each with or without a port", HOST),
    [],
    "Hosts that are answered besides loopback: `example.com` with any port, `example.com:8443` with that one",
    { fallbackText: "loopback only" },
  ),
  allowedOrigins: variable(
    "DORMOUSE_ALLOWED_ORIGINS",
    list("origins between commas, as https://example.com", ORIGIN),
    [],
    "Origins whose pages may connect besides those on loopback, as `https://example.com`",
    { fallbackText: "loopback only" },
  ),
  redact: variable(
    "DORMOUSE_REDACT",
    list("names between commas, each of 1 to 64 of A–Z, a–z, 0–9, _, . and -", NAME),
    [],
    "Headers, parameters of queries and JSON members whose values the dashboard never keeps, besides the usual ones",
    { fallbackText: "none" },
  ),
  capturePayloads: variable(
    "DORMOUSE_CAPTURE_PAYLOADS",
    oneOf(CAPTURE_PAYLOADS),
    "loopback",
    "Whether the dashboard keeps what messages say: while it listens on `loopback` only, `always` or `never`",
  ),
  faults: variable(
    "DORMOUSE_FAULTS",
    flag(),
    false,
    "In development: at the dashboard tunnels can be cut and runners, acks and clients held back. On loopback only",
  ),
  protocolVersion: variable(
    "DORMOUSE_PROTOCOL_VERSION",
    oneOfNumbers(SUPPORTED_VERSIONS),
    CURRENT_VERSION,
    "The version of the runner protocol that the runner speaks",
  ),
  logLevel: variable(
    "DORMOUSE_LOG",
    oneOf(LOG_LEVELS),
    "info",
    "What is logged, to standard error: this level and those above it",
  ),
  logFormat: variable(
    "DORMOUSE_LOG_FORMAT",
    oneOf(LOG_FORMATS),
    "text",
    "`text` for people, `json` with one object a line for programs",
  ),
  endpoint: variable(
    "RIVET_ENDPOINT",
    optional(endpoint()),
    null,
    "The Rivet Engine, or other gateway, that the runner joins instead of the embedded one",
    { fallbackText: "the embedded gateway" },
  ),
  runnerToken: variable(
    "RIVET_TOKEN",
    optional(token(1)),
    null,
    "What the runner proves itself with",
    { secret: true, fallbackText: "the admin token, at a gateway of ours" },
  ),
  namespace: variable("RIVET_NAMESPACE", name(), "default", "The namespace that the runner joins"),
  runnerName: variable("RIVET_RUNNER", name(), "default", "The name of the runner's pool"),
  totalSlots: variable(
    "RIVET_TOTAL_SLOTS",
    integer(1, 0xffff_ffff),
    100_000,
    "How many actors the runner takes at a time",
  ),
  runnerVersion: variable(
    "RIVET_RUNNER_VERSION",
    integer(0, 0xffff_ffff),
    1,
    "The version of the program that the runner hosts; newer ones are preferred",
  ),
} as const;
