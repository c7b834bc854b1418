/** Writes the tables of docs/protocol.md from what the codec and its users go by. */
import { markdownTable } from "../lib/config/markdown_table.ts";
import { type Layout, LAYOUTS, type Part } from "../lib/protocol/layout.ts";
import { type Capabilities, capabilities, SUPPORTED_VERSIONS } from "../lib/protocol/mod.ts";
import { withSection } from "./generated_section.ts";

const DOCUMENT = new URL("../docs/protocol.md", import.meta.url);

/** What the capabilities mean to somebody who has to choose a version. */
const CAPABILITIES: Readonly<Record<keyof Capabilities, string>> = {
  messageAck: "Messages of a hibernatable socket are acknowledged",
  hibernation: "A socket outlives the sleep of its actor",
  hibernatingRequests: "A start names the sockets that the gateway holds",
  tunnelAck: "Tunnel messages wait for a `tunnelAck`",
  lastMessageIndex: "An open says the last message seen",
  gatewayPings: "The gateway pings and the runner answers (else the runner pings)",
  numbering: "What the number of a command or an event runs over",
  closeMessage: "The gateway may end the tunnel by a message",
  stopThresholds: "The gateway says how long a stop may take",
  deleteRange: "A range of keys is deleted in one request",
};

/** What of the message model only some versions have words for. */
const PARTS: Readonly<Record<Part, string>> = {
  tunnelAck: "body of a tunnel message",
  close: "message to the runner",
  legacyIds: "ids of 16 bytes, in a tunnel message",
  upTo: "acknowledgement of all before",
  lastCommandIndex: "field of the runner's init",
  lastEventIndex: "field of the gateway's init",
  webSocketMessageAck: "body of the runner's",
  canHibernate: "`true` in the runner's `webSocketOpen`",
  hibernate: "`true` in the runner's `webSocketClose`",
  lastMessageIndex: "field of the runner's `webSocketOpen`",
  hibernatingRequests: "field of a start, unless empty",
  ping: "message to the runner",
  checkpoints: "acknowledgement by actor",
  generation: "field of an acknowledgement, unless 0",
  actorStopThreshold: "field of the gateway's init",
  serverlessDrainGracePeriod: "field of the gateway's init",
  deleteRange: "key-value request",
};

/** `docs/protocol.md` with its tables as they are to be. */
export function protocolDocument(document: string): string {
  const layouts = LAYOUTS.filter((layout): layout is Layout => layout !== undefined);
  const capabilityRows = (Object.keys(CAPABILITIES) as (keyof Capabilities)[]).map((name) => [
    CAPABILITIES[name],
    `\`${name}\``,
    ...SUPPORTED_VERSIONS.map((version) => show(capabilities(version)[name])),
  ]);
  const partRows = (Object.keys(PARTS) as Part[]).map((part) => [
    `\`${part}\``,
    PARTS[part],
    ...layouts.map(({ has }) => show(has[part])),
  ]);
  const versions = SUPPORTED_VERSIONS.map(String);
  const withCapabilities = withSection(
    document,
    "capabilities",
    markdownTable(["what", "`capabilities.ts`", ...versions], capabilityRows),
  );
  const rows = markdownTable(["word", "what it is", ...versions], partRows);
  return withSection(withCapabilities, "words", rows);
}

function show(value: boolean | string): string {
  return typeof value === "string" ? value : value ? "yes" : "no";
}

export function readDocument(): string {
  return Deno.readTextFileSync(DOCUMENT);
}

if (import.meta.main) Deno.writeTextFileSync(DOCUMENT, protocolDocument(readDocument()));
