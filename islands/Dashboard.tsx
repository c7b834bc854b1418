import { useComputed, useSignal } from "@preact/signals";
import { ActDialog } from "../components/act/ActDialog.tsx";
import { type Intent, onActor } from "../components/act/intent.ts";
import { ActorsTable } from "../components/ActorsTable.tsx";
import { Charts } from "../components/chart/Charts.tsx";
import { EventLog } from "../components/EventLog.tsx";
import { plural } from "../components/format.ts";
import type { Frame } from "../components/page/frame.ts";
import { Shell } from "../components/page/Shell.tsx";
import { useUrlState } from "../components/page/url_state.ts";
import { ServerLine } from "../components/ServerLine.tsx";
import { type OverviewFirst, overviewTopics, snapshotOf } from "../components/live/overview.ts";
import { useLive } from "../components/live/use_live.ts";
import { Panel } from "../components/Panel.tsx";
import { choicesOf } from "../components/samples.ts";
import { SocketsTable } from "../components/SocketsTable.tsx";
import { Tiles } from "../components/Tiles.tsx";
import { TryIt } from "../components/TryIt.tsx";
import { Vantage } from "../components/Vantage.tsx";

export interface DashboardProps {
  /** What the server rendered; the page goes on from there. */
  readonly first: OverviewFirst;
  readonly frame: Frame;
  /** Of the address, with its `?`. */
  readonly search: string;
}

/** The whole at a glance, live. */
export default function Dashboard({ first, frame, search }: DashboardProps) {
  const url = useUrlState(search);
  const runner = url.get("runner");
  const live = useLive(() => overviewTopics(first, runner), first.ts, runner);
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
  const choices = useComputed(() => choicesOf(shown.value.runners)).value;
  const { instance, totals, inAll } = snapshot;
  /** No gateway here: what is shown is the runner's half. */
  const atRunner = snapshot.role === "runner";

  return (
    <Shell page="overview" {...{ frame, live }}>
      <ServerLine
        {...{ snapshot, now, version, gateway, zone }}
        promises={topics.promises.known.value}
      />
      {atRunner && <Vantage tunnel={snapshot.tunnel} now={now} />}
      <Tiles {...{ snapshot, stale }} />
      <Charts
        runners={topics.runners.known.value.rows}
        rows={topics.history.known.value.rows}
        refusal={topics.history.refusal.value}
        names={new Map(snapshot.runners.map(({ runnerId, name }) => [runnerId as string, name]))}
        {...{ url, now, atRunner, zone }}
      />
      <div class="grid gap-3 lg:grid-cols-12">
        <Panel
          id="actors"
          title="Actors"
          href="/actors"
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
          href="/sockets"
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
          href="/events"
          class="h-[21rem] lg:col-span-4"
          note="Newest first"
        >
          <EventLog events={snapshot.events} zone={zone} {...{ instance, keys }} />
        </Panel>
      </div>
      <ActDialog
        {...{ intent, stale, atRunner }}
        onOutcome={(sentence) => outcome.value = sentence}
      />
    </Shell>
  );
}

/** What the last action by hand did, read out when it changes. */
function Outcome({ text, otherwise }: { text: string; otherwise: string }) {
  return (
    <span role="status" data-testid="outcome" class={text === "" ? "" : "text-ink font-medium"}>
      {text === "" ? otherwise : text}
    </span>
  );
}
