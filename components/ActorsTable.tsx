import type { ActorRow, Snapshot } from "../lib/inspect/mod.ts";
import { ActorPhaseChip } from "./ActorPhaseChip.tsx";
import { Figure } from "./Figure.tsx";
import { formatActor, formatAge, plural, shortId } from "./format.ts";
import { NotHere } from "./NotHere.tsx";
import { Empty, Rest, Scroller } from "./Panel.tsx";

export interface ActorsTableProps {
  readonly actors: Snapshot["actors"];
  /** How many there are in all. */
  readonly inAll: number;
  readonly now: number;
  /** The server does not answer: there is nothing to act on. */
  readonly stale: boolean;
  /** Seen from a runner: only those that are awake there, and nothing that a gateway knows. */
  readonly atRunner: boolean;
  /** Left out for who may not act. */
  readonly onAct: ((action: "hibernate" | "wake", actor: ActorRow) => void) | undefined;
}

/** Actors in the order of the snapshot, the sleepers last. */
export function ActorsTable({ actors, inAll, now, stale, atRunner, onAct }: ActorsTableProps) {
  if (actors.length === 0) {
    return (
      <Empty title={atRunner ? "No actor is awake on this runner" : "No actor has anything to do"}>
        An actor is made by the first client that asks for it. Press <b>Connect</b> in{" "}
        <b>Try it</b>, and a counter wakes up here. When nothing keeps it awake it falls asleep, and
        its sockets stay open.
      </Empty>
    );
  }
  return (
    <Scroller label="Actors">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Actor</th>
            <th scope="col">State</th>
            <th scope="col" class="num">Sockets</th>
            {atRunner
              ? (
                <>
                  <th
                    scope="col"
                    class="num hidden sm:table-cell"
                    title="Messages that wait for their handler"
                  >
                    Unhandled
                  </th>
                  <th
                    scope="col"
                    class="num hidden lg:table-cell"
                    title="Messages of the actor that wait for its commit"
                  >
                    Held
                  </th>
                </>
              )
              : <th scope="col" class="num hidden sm:table-cell">Hibernating</th>}
            <th scope="col" class="num hidden sm:table-cell">Pending</th>
            <th scope="col" class="num hidden md:table-cell" title="How often it was started">
              Generation
            </th>
            <th
              scope="col"
              class="num hidden md:table-cell"
              title={atRunner ? "Since it woke here" : "Since it was made"}
            >
              {atRunner ? "Awake for" : "Age"}
            </th>
            <th scope="col">
              <span class="sr-only">Action</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {actors.map((actor) => (
            <Row key={actor.actorId} {...{ actor, now, stale, atRunner, onAct }} />
          ))}
        </tbody>
      </table>
      <Rest total={inAll} shown={actors.length} of="actors" />
    </Scroller>
  );
}

function Row(
  { actor, now, stale, atRunner, onAct }: Omit<ActorsTableProps, "actors" | "inAll"> & {
    readonly actor: ActorRow;
  },
) {
  const sleepsTs = actor.inside?.sleepsTs ?? null;
  const asleepFor = actor.sleepTs === null ? undefined : `for ${formatAge(now - actor.sleepTs)}`;
  const action = actor.phase === "asleep" ? "wake" : "hibernate";
  const actorName = formatActor(actor.name, actor.key);
  return (
    <tr
      data-testid="actor-row"
      data-actor-id={actor.actorId}
      data-actor-name={actor.name}
      data-actor-key={actor.key}
      data-phase={actor.phase}
    >
      <th scope="row">
        <a class="hover:underline" href={`/actors/${encodeURIComponent(actor.actorId)}`}>
          <span class="font-medium">{actor.name}</span>
          {actor.key !== null && <span class="text-muted">/{actor.key}</span>}
        </a>
        <span
          class={`text-muted ml-2 hidden font-mono text-xs whitespace-nowrap ${
            atRunner ? "2xl:inline" : "xl:inline"
          }`}
          title={actor.actorId}
        >
          {shortId(actor.actorId)}
        </span>
        {actor.error !== null && <p class="text-bad text-xs">{actor.error}</p>}
      </th>
      <td>
        <ActorPhaseChip phase={actor.phase} title={asleepFor} />
        {actor.alarmTs !== null && (
          <span class="text-muted ml-1.5 hidden text-xs lg:inline">
            alarm in {formatAge(actor.alarmTs - now)}
          </span>
        )}
        {atRunner && actor.alarmTs === null && sleepsTs !== null && (
          <span class="text-muted ml-1.5 hidden text-xs lg:inline">
            sleeps in {formatAge(sleepsTs - now)}
          </span>
        )}
      </td>
      <td class="num">
        <Figure of={actor.sockets} />
      </td>
      {atRunner
        ? (
          <>
            <td class="num hidden sm:table-cell">
              <Figure of={actor.inside?.unhandledMessages ?? null} />
            </td>
            <td class="num hidden lg:table-cell">
              <Figure of={actor.inside?.heldMessages ?? null} />
            </td>
          </>
        )
        : (
          <td class="num hidden sm:table-cell">
            <Figure of={actor.hibernatingSockets} tone="text-asleep" />
          </td>
        )}
      <td
        class="num hidden sm:table-cell"
        title={actor.requestsInFlight > 0
          ? plural(actor.requestsInFlight, "request") + " in flight"
          : undefined}
      >
        {actor.pendingMessages === null ? <NotHere /> : <Figure of={actor.pendingMessages} />}
      </td>
      <td class="num hidden md:table-cell">
        <Figure of={actor.generation} />
      </td>
      <td class="num hidden md:table-cell">{formatAge(now - actor.sinceTs)}</td>
      <td class="text-right">
        {onAct && (
          <button
            type="button"
            class="button button-small"
            data-testid={action}
            disabled={stale || actor.phase === "stopping" || actor.phase === "destroyed"}
            aria-label={`${action === "wake" ? "Wake" : "Hibernate"} ${actorName}`}
            onClick={() => onAct(action, actor)}
          >
            {action === "wake" ? "Wake" : "Hibernate"}
          </button>
        )}
      </td>
    </tr>
  );
}
