import { useComputed, useSignal } from "@preact/signals";
import { AckChart } from "../components/AckChart.tsx";
import { ActDialog } from "../components/act/ActDialog.tsx";
import { type Intent, onActor } from "../components/act/intent.ts";
import { ActorsTable } from "../components/ActorsTable.tsx";
import { EventLog } from "../components/EventLog.tsx";
import { formatActor, plural } from "../components/format.ts";
import type { Frame } from "../components/page/frame.ts";
import { Shell } from "../components/page/Shell.tsx";
import { ServerLine } from "../components/ServerLine.tsx";
import {
  type OverviewFirst,
  overviewTopics,
  type Shown,
  snapshotOf,
} from "../components/live/overview.ts";
import { useLive } from "../components/live/use_live.ts";
import { Panel } from "../components/Panel.tsx";
import { RequestsTable } from "../components/RequestsTable.tsx";
import { choicesOf } from "../components/samples.ts";
import { SocketsTable } from "../components/SocketsTable.tsx";
import { Tiles } from "../components/Tiles.tsx";
import { TryIt } from "../components/TryIt.tsx";
import { Vantage } from "../components/Vantage.tsx";
import type { HistoryRow } from "../lib/inspect/mod.ts";

export interface DashboardProps {
  /** What the server rendered; the page goes on from there. */
  readonly first: OverviewFirst;
  readonly frame: Frame;
}

/** The page: everything there is to see, live. */
export default function Dashboard({ first, frame }: DashboardProps) {
  const live = useLive(() => overviewTopics(first), first.ts);
  const intent = useSignal<Intent | null>(null);
  const outcome = useSignal("");

  const { gateway, version, mayOperate } = frame;
  const { topics, stale, now, zone } = live;
  const shown = useComputed(() => snapshotOf(topics));
  const snapshot = shown.value;
  const keys =
    useComputed(() =>
      new Map(shown.value.actors.map(({ actorId, key }) => [actorId as string, key]))
    ).value;
  const names = useComputed(() => namesOf(shown.value)).value;
  const choices = useComputed(() => choicesOf(shown.value.runners)).value;
  const { instance, totals, inAll } = snapshot;
  /** No gateway here: what is shown is the runner's half. */
  const atRunner = snapshot.role === "runner";

  return (
    <Shell page="overview" {...{ frame, live }}>
      <ServerLine {...{ snapshot, now, version, gateway }} />
      {atRunner && <Vantage tunnel={snapshot.tunnel} now={now} />}
      <Tiles {...{ snapshot, stale }} />
      <div class="grid gap-3 lg:grid-cols-12">
        <Panel
          id="actors"
          title="Actors"
          class="h-[21rem] lg:col-span-8"
          note={
            <Outcome
              text={outcome.value}
              otherwise={`${plural(inAll.actors, "actor")}${atRunner ? " awake here" : ""}`}
            />
          }
        >
          <ActorsTable
            actors={snapshot.actors}
            inAll={inAll.actors}
            {...{ now, stale, atRunner }}
            onAct={mayOperate
              ? (action, actor) => intent.value = onActor(action, actor)
              : undefined}
          />
        </Panel>
        <Panel id="try" title="Try it" class="h-[21rem] lg:col-span-4">
          <TryIt {...{ gateway, choices, stale }} />
        </Panel>
        <Panel
          id="sockets"
          title="Sockets"
          class="h-[21rem] lg:col-span-8"
          note={`${plural(totals.socketsOpen, "socket")} ${atRunner ? "here" : "open"}`}
        >
          <SocketsTable
            sockets={snapshot.sockets}
            inAll={inAll.sockets}
            {...{ keys, now, atRunner }}
          />
        </Panel>
        <Panel
          id="events"
          title="Sleep and wake"
          class="h-[21rem] lg:col-span-4"
          note="Newest first"
        >
          <EventLog events={snapshot.events} zone={zone} {...{ instance, keys }} />
        </Panel>
        <Panel
          id="acks"
          title={atRunner ? "Commit latency" : "Ack latency"}
          class="h-64 lg:col-span-8"
          note="Each second of the last five minutes"
        >
          <AckChart series={snapshot.history.flatMap(latencyPoint)} {...{ now, atRunner }} />
        </Panel>
        <Panel id="requests" title="Recent requests" class="h-64 lg:col-span-4" note="Newest first">
          <RequestsTable
            requests={snapshot.requests}
            zone={zone}
            {...{ instance, names, gateway }}
            choice={choices[0]!}
          />
        </Panel>
      </div>
      <ActDialog
        {...{ intent, stale, atRunner }}
        onOutcome={(sentence) => outcome.value = sentence}
      />
    </Shell>
  );
}

/** Actors as people speak of them, by id: those that are listed, and those that the log tells of. */
function namesOf({ actors, events }: Shown): Map<string, string> {
  const names = new Map<string, string>();
  for (const event of events) {
    if (!("actorName" in event) || event.actorKey === undefined) continue;
    names.set(event.actorId, formatActor(event.actorName, event.actorKey));
  }
  for (const { actorId, name, key } of actors) names.set(actorId, formatActor(name, key));
  return names;
}

function latencyPoint({ second, latency: { count, p50, p99 } }: HistoryRow) {
  return p50 === null || p99 === null ? [] : [{ second, count, p50, p99 }];
}

/** What the last action by hand did, read out when it changes. */
function Outcome({ text, otherwise }: { text: string; otherwise: string }) {
  return (
    <span role="status" data-testid="outcome" class={text === "" ? "" : "text-ink font-medium"}>
      {text === "" ? otherwise : text}
    </span>
  );
}
