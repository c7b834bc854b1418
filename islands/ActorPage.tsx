import { useSignal } from "@preact/signals";
import { ActDialog } from "../components/act/ActDialog.tsx";
import { type Intent, onActor } from "../components/act/intent.ts";
import { Facts } from "../components/actor/Facts.tsx";
import { KvPanel } from "../components/actor/KvPanel.tsx";
import { LifeLine } from "../components/actor/LifeLine.tsx";
import { LivesTable, PARTS } from "../components/actor/LivesTable.tsx";
import { RequestsPanel } from "../components/actor/RequestsPanel.tsx";
import { SocketsPanel } from "../components/actor/SocketsPanel.tsx";
import { StatePanel } from "../components/actor/StatePanel.tsx";
import { WhyAwake } from "../components/actor/WhyAwake.tsx";
import { ActorPhaseChip } from "../components/ActorPhaseChip.tsx";
import { formatActor } from "../components/format.ts";
import { type TableOf, tableTopic, type Topic, valueTopic } from "../components/live/topic.ts";
import { useLive } from "../components/live/use_live.ts";
import type { Frame } from "../components/page/frame.ts";
import { Shell } from "../components/page/Shell.tsx";
import { scoped, useUrlState } from "../components/page/url_state.ts";
import { Panel } from "../components/Panel.tsx";
import type {
  ActorInspection,
  ActorRequestRow,
  ActorState,
  Awake,
  KvRow,
  Life,
  SocketRow,
} from "../lib/inspect/mod.ts";

/** What the page of an actor watches, whoever looks at it. */
export function actorPage(actorId: string) {
  const actor = `/api/actors/${encodeURIComponent(actorId)}`;
  return {
    actor,
    awake: `${actor}/awake`,
    lives: `${actor}/lives`,
    sockets: `/api/sockets?actor=${encodeURIComponent(actorId)}&limit=1000`,
    requests: `${actor}/requests`,
  } as const;
}

/** What it watches for who may see what users keep. */
export function actorPayload(actorId: string) {
  const actor = `/api/actors/${encodeURIComponent(actorId)}`;
  return { state: `${actor}/state`, kv: `${actor}/kv?limit=1000` } as const;
}

export interface ActorPageProps {
  readonly actorId: string;
  readonly frame: Frame;
  readonly search: string;
  readonly first: {
    readonly ts: number;
    readonly actor: ActorInspection;
    readonly awake: Awake;
    readonly lives: TableOf<Life>;
    readonly sockets: TableOf<SocketRow>;
    readonly requests: TableOf<ActorRequestRow>;
  };
  /** Each a look at it, or why there is none. */
  readonly state: ActorState | string;
  readonly kv: TableOf<KvRow> | string;
}

/** One actor: what it is, why it is awake, how it lived, what it keeps and who talks to it. */
export default function ActorPage(props: ActorPageProps) {
  const { actorId, frame, search, first } = props;
  const live = useLive(() => topicsOf(props), first.ts);
  const url = useUrlState(search);
  const intent = useSignal<Intent | null>(null);
  const outcome = useSignal("");
  const { topics, now, zone, stale } = live;
  const actor = topics.actor.known.value;
  const lives = topics.lives.known.value;
  const atRunner = frame.role === "runner";
  const gone = topics.actor.refusal.value;
  const action = actor.phase === "asleep" ? "wake" : "hibernate";
  const mayAct = frame.mayOperate && !(atRunner && action === "wake");
  return (
    <Shell page="actors" {...{ frame, live }}>
      <div class="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h1 class="text-base font-semibold wrap-anywhere">{formatActor(actor.name, actor.key)}</h1>
        <ActorPhaseChip phase={actor.phase} />
        <code class="text-muted wrap-anywhere" data-testid="actor-id">{actorId}</code>
        <span class="text-muted ml-auto" aria-live="polite" data-testid="outcome">
          {outcome.value}
        </span>
        {mayAct && (
          <button
            type="button"
            class="button"
            data-testid={action}
            disabled={stale || gone !== null || actor.phase === "stopping" ||
              actor.phase === "destroyed"}
            onClick={() => intent.value = onActor(action, actor)}
          >
            {action === "wake" ? "Wake" : "Hibernate"}
          </button>
        )}
      </div>
      {gone !== null && (
        <p class="bg-warn-soft text-warn rounded-md px-3 py-2">
          {`${gone}. `}
          <a class="underline" href={`/actors/${encodeURIComponent(actorId)}`}>Look again</a>
        </p>
      )}
      {actor.error !== null && (
        <p class="bg-bad-soft text-bad rounded-md px-3 py-2 wrap-anywhere">{actor.error}</p>
      )}
      <Facts {...{ actor, now, zone, atRunner }} />
      <div class="grid gap-3 lg:grid-cols-12">
        <Panel
          id="why"
          title={actor.phase === "asleep" ? "Asleep" : "Why it is awake"}
          class="max-lg:max-h-80 lg:col-span-4 lg:h-80"
        >
          <WhyAwake awake={topics.awake.known.value} {...{ actor, now }} />
        </Panel>
        <Panel id="lives" title="Lives" class="h-80 lg:col-span-8" note={<Legend />}>
          <LifeLine lives={lives.rows} url={scoped(url, "lives")} now={now} />
          <LivesTable
            lives={lives.rows}
            inAll={lives.inAll}
            url={scoped(url, "lives")}
            {...{ now, zone }}
          />
        </Panel>
        <StatePanel
          class="max-lg:max-h-80 lg:col-span-6 lg:h-80"
          state={topics.state?.known.value ?? null}
          refusal={topics.state?.refusal.value ?? refusalOf(props.state)}
        />
        <KvPanel
          class="max-lg:max-h-80 lg:col-span-6 lg:h-80"
          keys={topics.kv?.known.value ?? null}
          refusal={topics.kv?.refusal.value ?? refusalOf(props.kv)}
          {...{ actorId, now, url }}
        />
        <SocketsPanel
          class="max-lg:max-h-72 lg:col-span-6 lg:h-72"
          sockets={topics.sockets.known.value}
          url={scoped(url, "sockets")}
          now={now}
        />
        <RequestsPanel
          class="max-lg:max-h-72 lg:col-span-6 lg:h-72"
          requests={topics.requests.known.value}
          url={scoped(url, "requests")}
          {...{ now, zone }}
        />
      </div>
      <ActDialog
        {...{ intent, stale, atRunner }}
        onOutcome={(sentence) => outcome.value = sentence}
      />
    </Shell>
  );
}

interface Topics {
  readonly actor: Topic<ActorInspection>;
  readonly awake: Topic<Awake>;
  readonly lives: Topic<TableOf<Life>>;
  readonly sockets: Topic<TableOf<SocketRow>>;
  readonly requests: Topic<TableOf<ActorRequestRow>>;
  readonly state?: Topic<ActorState>;
  readonly kv?: Topic<TableOf<KvRow>>;
}

function topicsOf({ actorId, first, state, kv }: ActorPageProps): Topics {
  const at = actorPage(actorId);
  const payload = actorPayload(actorId);
  return {
    actor: valueTopic(at.actor, first.actor),
    awake: valueTopic(at.awake, first.awake),
    lives: tableTopic(at.lives, "id", first.lives),
    sockets: tableTopic(at.sockets, "requestId", first.sockets),
    requests: tableTopic(at.requests, "requestId", first.requests),
    ...(typeof state !== "string" && { state: valueTopic(payload.state, state) }),
    ...(typeof kv !== "string" && { kv: tableTopic(payload.kv, "key", kv) }),
  };
}

function refusalOf(look: object | string): string | null {
  return typeof look === "string" ? look : null;
}

/** The colours of a wake's parts. */
function Legend() {
  return (
    <span class="hidden gap-3 sm:flex">
      {PARTS.map(({ id, title, help, swatch }) => (
        <span key={id} class="flex items-center gap-1" title={help}>
          <span class={`size-2 rounded-sm ${swatch}`} aria-hidden="true" />
          {title.toLowerCase()}
        </span>
      ))}
    </span>
  );
}
