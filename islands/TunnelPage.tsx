import { useSignal } from "@preact/signals";
import { formatCount, shortId } from "../components/format.ts";
import {
  type LogOf,
  logTopic,
  type TableOf,
  tableTopic,
  type Topic,
  valueTopic,
} from "../components/live/topic.ts";
import { useLive } from "../components/live/use_live.ts";
import { Filters } from "../components/page/Filters.tsx";
import type { Frame } from "../components/page/frame.ts";
import { Shell } from "../components/page/Shell.tsx";
import { useUrlState } from "../components/page/url_state.ts";
import { Empty, Panel } from "../components/Panel.tsx";
import { useSettled } from "../components/settled.ts";
import { FramePane } from "../components/tunnel/FramePane.tsx";
import { FramesTable } from "../components/tunnel/FramesTable.tsx";
import { DIRECTIONS, FRAME_KINDS, KIND_GROUPS, PICKED } from "../components/tunnel/kinds.ts";
import type { FrameDetail, FrameRow, RunnerRow } from "../lib/inspect/mod.ts";

const FRAMES = "/api/tunnel/frames";
const FILTERS = ["runner", "direction", "kind", "q"];
/** Shorter than this nobody has finished a word. */
const TYPING_MS = 250;

/** What the page watches, with the filters in its address. */
export function tunnelPage(
  search: string,
): { readonly runners: string; readonly frames: string; readonly picked?: string } {
  const asked = new URLSearchParams(search);
  const query = new URLSearchParams({ limit: "1000" });
  const known: Readonly<Record<string, readonly string[] | undefined>> = {
    direction: DIRECTIONS,
    kind: FRAME_KINDS,
  };
  for (
    const [name, filter] of [
      ["runner", "runner"],
      ["direction", "direction"],
      ["kind", "kind"],
      ["text", "q"],
    ] as const
  ) {
    const value = asked.get(filter) ?? "";
    if (value !== "" && known[filter]?.includes(value) !== false) query.set(name, value);
  }
  const id = asked.get(PICKED) ?? "";
  return {
    runners: "/api/runners",
    frames: `${FRAMES}?${query}`,
    ...(/^\d+$/.test(id) && { picked: `${FRAMES}/${id}` }),
  };
}

export interface TunnelPageProps {
  readonly frame: Frame;
  readonly search: string;
  readonly first: {
    readonly ts: number;
    readonly runners: TableOf<RunnerRow>;
    readonly frames: Omit<LogOf<FrameRow>, "missed">;
  };
}

interface Topics {
  readonly runners: Topic<TableOf<RunnerRow>>;
  readonly frames: Topic<LogOf<FrameRow>>;
  readonly picked?: Topic<FrameDetail | null>;
}

/** What goes over the tunnels, as long as somebody is here to see it. */
export default function TunnelPage({ frame, search, first }: TunnelPageProps) {
  const url = useUrlState(search);
  const asked = [...FILTERS, PICKED].map((name) => [name, url.get(name)]);
  const query = useSettled(new URLSearchParams(asked).toString(), TYPING_MS);
  const live = useLive<Topics>(
    (before) => topicsOf(tunnelPage(query), first, before),
    first.ts,
    query,
  );
  const paused = useSignal(false);
  const { topics, zone } = live;
  const runners = topics.runners.known.value.rows;
  const frames = topics.frames.known.value;
  const shown = topics.picked?.known.value ?? null;
  const isFiltered = FILTERS.some((name) => url.get(name) !== "");
  return (
    <Shell page="runners" heading="Frames of the tunnel" {...{ frame, live, paused }}>
      <Filters
        url={url}
        hint={frame.maySeePayloads ? "anywhere in what it says" : "id or what it says"}
        choices={[{ id: "direction", label: "Direction", options: DIRECTIONS }]}
      >
        <label class="field">
          Kind
          <select
            class="input"
            value={url.get("kind")}
            data-testid="filter-kind"
            onChange={(event) => url.set("kind", event.currentTarget.value)}
          >
            <option value="">all</option>
            {KIND_GROUPS.map(([title, kinds]) => (
              <optgroup key={title} label={title}>
                {kinds.map((kind) => <option key={kind} value={kind}>{kind}</option>)}
              </optgroup>
            ))}
          </select>
        </label>
        <label class="field">
          Runner
          <select
            class="input"
            value={url.get("runner")}
            data-testid="filter-runner"
            onChange={(event) => url.set("runner", event.currentTarget.value)}
          >
            <option value="">all</option>
            {runnersToChoose(runners, url.get("runner")).map(({ id, title }) => (
              <option key={id} value={id}>{title}</option>
            ))}
          </select>
        </label>
        <a class="button ml-auto leading-8" href="/runners">Runners</a>
      </Filters>
      <Panel
        id="frames"
        title="Frames"
        note={
          <span data-testid="trace-note">
            {frames.missed > 0
              ? `${formatCount(frames.missed)} came and went untold`
              : "noted while somebody watches"}
          </span>
        }
        class="h-[calc(100dvh-11rem)] min-h-96"
      >
        <div class="flex min-h-0 grow max-lg:flex-col">
          <div class="flex min-h-0 min-w-0 grow flex-col">
            <FramesTable
              frames={frames}
              isPaused={paused.value}
              isMixed={runners.length > 1}
              isNarrow={url.get(PICKED) !== ""}
              empty={
                <Empty title={isFiltered ? "No frame is like that" : "Nothing has passed yet"}>
                  Each frame between gateway and runner has a line here from now on, decoded: what
                  clients and actors say, commands, events, acks and what is kept. When nobody
                  watches, nothing of it is noted.
                </Empty>
              }
              {...{ url, zone }}
            />
          </div>
          {url.get(PICKED) !== "" && (
            <div class="border-line flex min-h-0 shrink-0 flex-col max-lg:h-1/2 max-lg:border-t lg:w-md lg:border-l">
              <FramePane
                frame={String(shown?.id) === url.get(PICKED) ? shown : null}
                refusal={topics.picked?.refusal.value ?? null}
                maySeePayloads={frame.maySeePayloads}
                {...{ url, zone }}
              />
            </div>
          )}
        </div>
      </Panel>
    </Shell>
  );
}

/** The one that is chosen too, when it has left. */
function runnersToChoose(
  runners: readonly RunnerRow[],
  chosen: string,
): { readonly id: string; readonly title: string }[] {
  const known = runners.map(({ runnerId, name }) => {
    return { id: runnerId, title: `${name} ${shortId(runnerId)}` };
  });
  if (chosen === "" || known.some(({ id }) => id === chosen)) return known;
  return [...known, { id: chosen, title: shortId(chosen) }];
}

function topicsOf(
  at: ReturnType<typeof tunnelPage>,
  first: TunnelPageProps["first"],
  before: Topics | null,
): Topics {
  // Those of another filter are no begin of these: the server tells what it keeps.
  const frames = before === null ? first.frames : { rows: [], instance: "", lastId: 0 };
  return {
    runners: tableTopic(at.runners, "runnerId", first.runners),
    frames: logTopic(at.frames, frames),
    ...(at.picked !== undefined && {
      picked: valueTopic<FrameDetail | null>(at.picked, null),
    }),
  };
}
