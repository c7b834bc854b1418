import { useSignal } from "@preact/signals";
import { ActDialog } from "../components/act/ActDialog.tsx";
import { type Intent, onMessage, onSockets } from "../components/act/intent.ts";
import { formatActor } from "../components/format.ts";
import { type TableOf, tableTopic, type Topic, valueTopic } from "../components/live/topic.ts";
import { useLive } from "../components/live/use_live.ts";
import { Filters } from "../components/page/Filters.tsx";
import type { Frame } from "../components/page/frame.ts";
import { Shell } from "../components/page/Shell.tsx";
import { useUrlState } from "../components/page/url_state.ts";
import { Empty, Panel } from "../components/Panel.tsx";
import { useSettled } from "../components/settled.ts";
import { MessagePane } from "../components/socket/MessagePane.tsx";
import { MESSAGE, MessagesTable } from "../components/socket/MessagesTable.tsx";
import { draftOf } from "../components/payload/payload_text.ts";
import { SocketFacts } from "../components/socket/SocketFacts.tsx";
import { WindowPicture } from "../components/socket/WindowPicture.tsx";
import { SocketPhaseChip } from "../components/SocketPhaseChip.tsx";
import type { MessageDetail, MessageRow, SocketInspection } from "../lib/inspect/mod.ts";

const STATES = {
  client: ["said", "sent", "received", "handled", "committed", "acked"],
  actor: ["said", "left", "taken", "delivered"],
} as const;
const FILTERS = ["from", "state", "q", "index"];
/** Shorter than this nobody has finished a word. */
const TYPING_MS = 250;

/** What the page of a socket watches, with the filters in its address. */
export function socketPage(
  requestId: string,
  search: string,
  maySeePayloads: boolean,
): { readonly socket: string; readonly messages?: string; readonly message?: string } {
  const socket = `/api/sockets/${requestId}`;
  if (!maySeePayloads) return { socket };
  const asked = new URLSearchParams(search);
  const query = new URLSearchParams();
  for (const [name, filter] of [["from", "from"], ["state", "state"], ["text", "q"]] as const) {
    const value = asked.get(filter) ?? "";
    if (value !== "") query.set(name, value);
  }
  const index = asked.get("index") ?? "";
  if (/^\d{1,5}$/.test(index) && Number(index) < 65_536) query.set("index", index);
  const messages = `${socket}/messages${query.size === 0 ? "" : `?${query}`}`;
  const id = asked.get(MESSAGE) ?? "";
  return { socket, messages, ...(id !== "" && { message: `${socket}/messages/${id}` }) };
}

export interface SocketPageProps {
  readonly frame: Frame;
  readonly search: string;
  readonly requestId: string;
  readonly first: {
    readonly ts: number;
    readonly socket: SocketInspection;
    /** Left out for who may not see what users say. */
    readonly messages?: TableOf<MessageRow>;
  };
}

interface Topics {
  readonly socket: Topic<SocketInspection>;
  readonly messages?: Topic<TableOf<MessageRow>>;
  readonly message?: Topic<MessageDetail | null>;
}

/** One client's WebSocket: its window, and its messages with what became of each. */
export default function SocketPage({ frame, search, requestId, first }: SocketPageProps) {
  const url = useUrlState(search);
  const asked = [...FILTERS, MESSAGE].map((name) => [name, url.get(name)]);
  const query = useSettled(new URLSearchParams(asked).toString(), TYPING_MS);
  const live = useLive<Topics>(
    (before) => topicsOf(socketPage(requestId, query, frame.maySeePayloads), first, before),
    first.ts,
    query,
  );
  const isFiltered = FILTERS.some((name) => url.get(name) !== "");
  const paused = useSignal(false);
  const intent = useSignal<Intent | null>(null);
  const outcome = useSignal("");
  const { topics, now, zone } = live;
  const socket = topics.socket.known.value;
  const name = socket.actorName === null
    ? socket.actorId
    : formatActor(socket.actorName, socket.actorKey);
  const gone = topics.socket.refusal.value;
  const picked = url.get(MESSAGE) !== "";
  // That of the pick before is not shown, nor replayed, under the name of this one.
  const shown = topics.message?.known.value ?? null;
  const api = `/api/sockets/${requestId}`;
  const mayReplay = frame.mayOperate && frame.role !== "runner" && socket.phase !== "closed" &&
    gone === null;
  return (
    <Shell page="sockets" {...{ frame, live, paused }}>
      <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h1 class="text-base font-semibold wrap-anywhere">
          <span class="sr-only">Socket of</span>
          <a href={`/actors/${encodeURIComponent(socket.actorId)}`} class="hover:underline">
            {name}
          </a>
        </h1>
        <SocketPhaseChip phase={socket.phase} />
        <code class="text-muted" data-testid="socket-id">{requestId}</code>
        <code class="wrap-anywhere" data-testid="path">{socket.path}</code>
        {socket.subprotocols.length > 0 && (
          <span
            class="text-muted text-xs wrap-anywhere"
            title="Subprotocols that the client offered"
          >
            {socket.subprotocols.join(", ")}
          </span>
        )}
        {frame.mayOperate && socket.phase !== "closed" && gone === null && (
          <div class="ml-auto flex gap-2">
            {frame.hasFaults && frame.role !== "runner" && (
              <a class="button leading-8" href={`/faults?socket=${requestId}`}>Faults</a>
            )}
            <button
              type="button"
              class="button"
              data-testid="act-close"
              disabled={live.stale}
              onClick={() => intent.value = onSockets([{ ...socket, requestId }], () => name)}
            >
              Close
            </button>
          </div>
        )}
      </div>
      <p class="text-muted empty:hidden" role="status" data-testid="outcome">{outcome.value}</p>
      {gone !== null && (
        <p class="bg-warn-soft text-warn rounded-md px-3 py-2" data-testid="gone">{gone}</p>
      )}
      <div class="grid gap-3 lg:grid-cols-[3fr_2fr]">
        <Panel id="window" title="Window" note="what the client has said, stage by stage">
          {socket.phase === "closed" && socket.sent === null
            ? (
              <Empty title="This socket is closed">
                Its window went with it. What was captured of its messages is kept for a while.
              </Empty>
            )
            : <WindowPicture {...{ socket, now }} />}
        </Panel>
        <Panel id="facts" title="Socket">
          <SocketFacts {...{ socket, now }} />
        </Panel>
      </div>
      {topics.messages === undefined
        ? (
          <Panel id="messages" title="Messages">
            <Empty title="You may not see what users say">
              Whoever has the role <b>payload</b> sees each message here.
            </Empty>
          </Panel>
        )
        : (
          <>
            <div class="flex flex-wrap items-end gap-2">
              <Filters
                url={url}
                hint="anywhere in the payload"
                choices={[
                  { id: "from", label: "From", options: ["client", "actor"] },
                  {
                    id: "state",
                    label: "State",
                    options: [...new Set([...STATES.client, ...STATES.actor])],
                  },
                ]}
              >
                <label class="field w-20">
                  Index
                  <input
                    class="input"
                    inputMode="numeric"
                    pattern="\d{1,5}"
                    value={url.get("index")}
                    data-testid="filter-index"
                    onInput={(event) => url.set("index", event.currentTarget.value)}
                  />
                </label>
              </Filters>
              <div class="ml-auto flex gap-2">
                <a class="button leading-8" href={`${api}/export.har`} download data-testid="har">
                  HAR
                </a>
                <a
                  class="button leading-8"
                  href={`${api}/export.ndjson`}
                  download
                  data-testid="ndjson"
                >
                  NDJSON
                </a>
              </div>
            </div>
            <Panel
              id="messages"
              title="Messages"
              class="h-[calc(100dvh-6rem)] min-h-96 lg:h-[calc(100dvh-10rem)]"
              note={socket.captured.missedSince > 0
                ? `${socket.captured.missedSince} not captured since the newest`
                : null}
            >
              <div class="flex min-h-0 grow max-lg:flex-col">
                <div class="flex min-h-0 min-w-0 grow flex-col">
                  <MessagesTable
                    messages={topics.messages.known.value}
                    isPaused={paused.value}
                    empty={<NoMessages {...{ socket }} {...{ isFiltered }} />}
                    {...{ url, zone }}
                  />
                </div>
                {picked && (
                  <div class="border-line flex min-h-0 shrink-0 flex-col max-lg:h-1/2 max-lg:border-t lg:w-md lg:border-l">
                    <MessagePane
                      message={String(shown?.id) === url.get(MESSAGE) ? shown : null}
                      onReplay={mayReplay
                        ? (message) => intent.value = onMessage(socket, name, draftOf(message))
                        : undefined}
                      refusal={topics.message?.refusal.value ?? null}
                      {...{ url, zone }}
                    />
                  </div>
                )}
              </div>
            </Panel>
          </>
        )}
      <ActDialog
        {...{ intent }}
        stale={live.stale}
        atRunner={frame.role === "runner"}
        onOutcome={(sentence) => outcome.value = sentence}
      />
    </Shell>
  );
}

function NoMessages(
  { socket: { captured, phase }, isFiltered }: {
    socket: SocketInspection;
    isFiltered: boolean;
  },
) {
  if (isFiltered && captured.messages > 0) {
    return (
      <Empty title="No message is like that">
        {`${captured.messages} messages are captured. Take a filter away to see more.`}
      </Empty>
    );
  }
  if (captured.forgotten > 0 || captured.missed > 0) {
    return (
      <Empty title="No message is kept any more">
        Messages of other sockets took the room: the oldest go first.
      </Empty>
    );
  }
  return (
    <Empty title={phase === "closed" ? "Nothing was said" : "Nothing has been said yet"}>
      Each message of the client and each answer has a line here as soon as it passes: its index on
      the tunnel, what it says, and when it was <b>sent</b>, <b>handled</b>, <b>committed</b> and
      {" "}
      <b>acked</b>.
    </Empty>
  );
}

function topicsOf(
  at: ReturnType<typeof socketPage>,
  first: SocketPageProps["first"],
  before: Topics | null,
): Topics {
  return {
    socket: valueTopic(at.socket, first.socket),
    // Until the server has told of those that pass another filter, the last ones stay.
    ...(at.messages !== undefined && {
      messages: tableTopic(
        at.messages,
        "id",
        before?.messages?.known.peek() ?? first.messages ?? { rows: [], inAll: 0 },
      ),
    }),
    ...(at.message !== undefined && {
      message: valueTopic<MessageDetail | null>(at.message, null),
    }),
  };
}
