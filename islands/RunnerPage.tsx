import { useSignal } from "@preact/signals";
import { ActDialog } from "../components/act/ActDialog.tsx";
import { type Intent, onRunners } from "../components/act/intent.ts";
import {
  type LogOf,
  logTopic,
  type TableOf,
  tableTopic,
  valueTopic,
} from "../components/live/topic.ts";
import { useLive } from "../components/live/use_live.ts";
import type { Frame } from "../components/page/frame.ts";
import { Shell } from "../components/page/Shell.tsx";
import { scoped, useUrlState } from "../components/page/url_state.ts";
import { Panel } from "../components/Panel.tsx";
import { DrainLine } from "../components/runner/DrainLine.tsx";
import { LinksTable } from "../components/runner/LinksTable.tsx";
import { RoundTrips } from "../components/runner/RoundTrips.tsx";
import { RunnerActors } from "../components/runner/RunnerActors.tsx";
import { RunnerButtons, verbsFor } from "../components/runner/RunnerButtons.tsx";
import { RunnerFacts } from "../components/runner/RunnerFacts.tsx";
import { RunnerStateChip } from "../components/runner/RunnerStateChip.tsx";
import type { ActorRow, LinkRow, RoundTrip, RunnerRow } from "../lib/inspect/mod.ts";

/** What the page of a runner watches. */
export function runnerPage(runnerId: string) {
  const runner = `/api/runners/${encodeURIComponent(runnerId)}`;
  return {
    runner,
    links: `${runner}/links`,
    roundTrips: `${runner}/round-trips?limit=300`,
    actors: `/api/actors?runner=${encodeURIComponent(runnerId)}&limit=10000`,
  } as const;
}

export interface RunnerPageProps {
  readonly runnerId: string;
  readonly frame: Frame;
  readonly search: string;
  readonly first: {
    readonly ts: number;
    readonly runner: RunnerRow;
    readonly links: TableOf<LinkRow>;
    readonly roundTrips: Omit<LogOf<RoundTrip & { readonly id: number }>, "missed">;
    readonly actors: TableOf<ActorRow>;
  };
}

/** One runner: what it is, how its tunnel was, and who lives on it. */
export default function RunnerPage({ runnerId, frame, search, first }: RunnerPageProps) {
  const at = runnerPage(runnerId);
  const live = useLive(() => ({
    runner: valueTopic(at.runner, first.runner),
    links: tableTopic(at.links, "id", first.links),
    roundTrips: logTopic(at.roundTrips, first.roundTrips, 300),
    actors: tableTopic(at.actors, "actorId", first.actors),
  }), first.ts);
  const url = useUrlState(search);
  const paused = useSignal(false);
  const intent = useSignal<Intent | null>(null);
  const { topics, now, zone, stale } = live;
  const runner = topics.runner.known.value;
  const actors = topics.actors.known.value;
  const gone = topics.runner.refusal.value;
  const atRunner = frame.role === "runner";
  return (
    <Shell page="runners" {...{ frame, live, paused }}>
      <div class="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h1 class="text-base font-semibold wrap-anywhere">{`Runner of ${runner.name}`}</h1>
        <RunnerStateChip state={runner.state} />
        <code class="text-muted wrap-anywhere" data-testid="runner-id">{runnerId}</code>
        <div class="ml-auto flex flex-wrap gap-2">
          <a
            class="button leading-8"
            href={`/?runner=${encodeURIComponent(runner.runnerId)}`}
          >
            Charts
          </a>
          <a
            class="button leading-8"
            href={`/tunnel?runner=${encodeURIComponent(runner.runnerId)}`}
          >
            Frames
          </a>
          {frame.mayOperate && frame.hasFaults && (
            <a
              class="button leading-8"
              href={`/faults?runner=${encodeURIComponent(runner.runnerId)}`}
            >
              Faults
            </a>
          )}
          {frame.mayOperate && (
            <RunnerButtons
              verbs={verbsFor([runner], atRunner)}
              disabled={stale || gone !== null}
              act={(verb) => intent.value = onRunners(verb, [runner], actors.rows)}
            />
          )}
        </div>
      </div>
      {gone !== null && (
        <p class="bg-warn-soft text-warn rounded-md px-3 py-2" data-testid="gone">
          {`${gone}. `}
          <a class="underline" href="/runners">All runners</a>
        </p>
      )}
      <DrainLine {...{ runner, now }} />
      <RunnerFacts {...{ runner, now, atRunner }} />
      <div class="grid gap-3 lg:grid-cols-12">
        <RoundTrips
          class="h-64 lg:col-span-6"
          trips={atRunner ? null : topics.roundTrips.known.value.rows}
          links={topics.links.known.value.rows}
          {...{ runner, now, zone }}
        />
        <Panel id="links" title="Connections" class="h-64 lg:col-span-6">
          <LinksTable
            links={topics.links.known.value}
            url={scoped(url, "links")}
            {...{ now, zone }}
          />
        </Panel>
        <RunnerActors
          class="h-80 lg:col-span-12"
          isPaused={paused.value}
          url={scoped(url, "actors")}
          {...{ actors, now }}
        />
      </div>
      <ActDialog {...{ intent, stale, atRunner }} />
    </Shell>
  );
}
