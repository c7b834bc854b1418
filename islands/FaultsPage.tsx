import { useSignal } from "@preact/signals";
import { ActDialog } from "../components/act/ActDialog.tsx";
import type { Intent } from "../components/act/intent.ts";
import { FaultsTable } from "../components/fault/FaultsTable.tsx";
import { onClient, onFaults, onNewSockets, onTunnel } from "../components/fault/intents.ts";
import { NumberField, numberOf } from "../components/fault/NumberField.tsx";
import { shortId } from "../components/format.ts";
import { type TableOf, tableTopic, valueTopic } from "../components/live/topic.ts";
import { useLive } from "../components/live/use_live.ts";
import type { Frame } from "../components/page/frame.ts";
import { Shell } from "../components/page/Shell.tsx";
import { useUrlState } from "../components/page/url_state.ts";
import { Empty, Panel } from "../components/Panel.tsx";
import type { FaultsNow, RunnerRow } from "../lib/inspect/mod.ts";

/** What the page watches. */
export const FAULTS_PAGE = { faults: "/api/faults", runners: "/api/runners" } as const;

const SECONDS = { id: "for", fallback: 10 };
const INDEX = { id: "index", fallback: 65_530 };

export interface FaultsPageProps {
  readonly frame: Frame;
  readonly search: string;
  readonly first: {
    readonly ts: number;
    readonly faults: FaultsNow;
    readonly runners: TableOf<RunnerRow>;
  };
}

/** Makes things go wrong on purpose, in development. */
export default function FaultsPage({ frame, search, first }: FaultsPageProps) {
  const live = useLive(() => ({
    faults: valueTopic(FAULTS_PAGE.faults, first.faults),
    runners: tableTopic(FAULTS_PAGE.runners, "runnerId", first.runners),
  }), first.ts);
  const url = useUrlState(search);
  const intent = useSignal<Intent | null>(null);
  const outcome = useSignal("");
  const { isOn, faults, longestMs } = live.topics.faults.known.value;
  const runners = live.topics.runners.known.value.rows;
  const runner = runners.find(({ runnerId }) => runnerId === url.get("runner")) ?? runners[0];
  const socket = url.get("socket").trim();
  const forMs = numberOf(url, SECONDS) * 1_000;
  const button = (id: string, title: string, make: () => Intent, isOff: boolean) => (
    <button
      type="button"
      class="button"
      data-testid={`fault-${id}`}
      disabled={isOff || live.stale}
      onClick={() => intent.value = make()}
    >
      {title}
    </button>
  );
  const onTheTunnel = (verb: "cut" | "freeze" | "hold_acks", title: string) =>
    button(verb, title, () => onTunnel(verb, runner!, forMs), runner === undefined);
  return (
    <Shell page="faults" heading="Faults" {...{ frame, live }}>
      {!isOn && (
        <Panel id="off" title="Faults">
          <Empty title="Nothing goes wrong on purpose here">
            <code>deno task dev</code>{" "}
            starts Dormouse so that tunnels can be cut, runners stand still, acks wait and clients
            read nothing, for as long as you say. So does{" "}
            <code>DORMOUSE_FAULTS=true</code>, on loopback only.
          </Empty>
        </Panel>
      )}
      {isOn && frame.mayOperate && (
        <Panel id="make" title="Make it go wrong" note="in development only">
          <div class="space-y-3 p-3">
            <NumberField
              url={url}
              {...SECONDS}
              label="For seconds"
              min={0}
              max={longestMs! / 1000}
            />
            <div class="flex flex-wrap items-end gap-2">
              <label class="field w-60">
                Tunnel of
                <select
                  class="input"
                  value={runner?.runnerId ?? ""}
                  data-testid="field-runner"
                  onChange={({ currentTarget: { value } }) =>
                    url.set("runner", value)}
                >
                  {runners.map(({ runnerId, name }) => (
                    <option key={runnerId} value={runnerId}>
                      {`${name} ${shortId(runnerId)}`}
                    </option>
                  ))}
                </select>
              </label>
              {onTheTunnel("cut", "Cut")}
              {onTheTunnel("freeze", "Freeze")}
              {onTheTunnel("hold_acks", "Hold acks")}
            </div>
            {frame.role !== "runner" && (
              <>
                <div class="flex flex-wrap items-end gap-2">
                  <label class="field w-60">
                    Client of socket
                    <input
                      class="input"
                      placeholder="its id"
                      value={url.get("socket")}
                      data-testid="field-socket"
                      onInput={({ currentTarget: { value } }) => url.set("socket", value)}
                    />
                  </label>
                  {button("slow", "Slow", () =>
                    onClient(socket, forMs), socket === "")}
                </div>
                <div class="flex flex-wrap items-end gap-2">
                  <NumberField url={url} {...INDEX} label="New sockets from" min={0} max={65_535} />
                  {button(
                    "first_index",
                    "Count from there",
                    () =>
                      onNewSockets(numberOf(url, INDEX), forMs),
                    false,
                  )}
                </div>
              </>
            )}
          </div>
        </Panel>
      )}
      <p class="text-muted empty:hidden" role="status" data-testid="outcome">{outcome.value}</p>
      {isOn && (
        <Panel
          id="faults"
          title="Now"
          note={frame.mayOperate && faults.length > 1 &&
            button("mend", "Mend all", () => onFaults(faults), false)}
        >
          <FaultsTable
            faults={faults}
            now={live.now}
            onMend={frame.mayOperate ? (fault) => intent.value = onFaults([fault]) : undefined}
          />
        </Panel>
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
