import type { ActAnswer, ActRow } from "../../lib/inspect/mod.ts";
import { formatCount, formatMs } from "../format.ts";
import type { Intent } from "./intent.ts";

/** Rows that are shown: the sum tells of all. */
const MOST = 200;

/** What an action takes along, or took, of all that it is about. */
export function Counts({ sum, isDone = false }: { sum: ActAnswer["sum"]; isDone?: boolean }) {
  if (sum.targets === 0) return null;
  const counts: readonly (readonly [string, number])[] = [
    [isDone ? "Sockets kept" : "Sockets that stay", sum.socketsKept],
    [isDone ? "Sockets closed" : "Sockets that close", sum.socketsClosed],
    [isDone ? "Messages to replay" : "Messages that replay", sum.messagesReplayed],
    [isDone ? "Requests then" : "Requests in flight", sum.requestsInFlight],
  ];
  return (
    <dl class="bg-sunken grid grid-cols-2 gap-x-4 gap-y-2 rounded-md px-3 py-2 sm:grid-cols-4">
      {counts.map(([title, count]) => (
        <div key={title}>
          <dt class="text-muted text-xs">{title}</dt>
          <dd class="numbers text-base font-semibold">{formatCount(count)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The same of each, with what failed at the top, and a way to its page. */
export function ActRows(
  { rows, named, isDone = false }: {
    rows: readonly ActRow[];
    named: Intent["named"];
    isDone?: boolean;
  },
) {
  if (rows.length === 0) return null;
  const failed = rows.filter(({ result }) => result === "failed");
  const others = rows.filter(({ result }) => result !== "failed");
  const shown = [...failed, ...others].slice(0, MOST);
  return (
    <div
      class="border-line max-h-56 overflow-auto rounded-md border"
      role="region"
      aria-label="Each of them"
      tabIndex={0}
    >
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{rows[0]!.requestId === null ? "Actor" : "Socket"}</th>
            <th scope="col">{isDone ? "Result" : "Now"}</th>
            <th scope="col" class="num">Kept</th>
            <th scope="col" class="num">Closed</th>
            <th scope="col" class="num">Replay</th>
            <th scope="col" class="num max-sm:hidden">{isDone ? "Took" : "Requests"}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => {
            const { name, href } = named(row);
            const isBad = row.result === "failed";
            return (
              <tr
                key={row.requestId ?? row.actorId}
                data-testid="act-row"
                data-result={row.result}
              >
                <th scope="row" class="max-w-56">
                  <a href={href} class="hover:underline">{name}</a>
                  {isBad && <span class="text-bad block text-xs">{row.detail}</span>}
                </th>
                <td class={isBad ? "text-bad" : ""} title={row.detail}>
                  {isDone || isBad ? row.result.replaceAll("_", " ") : row.phase}
                </td>
                <td class="num">{row.socketsKept}</td>
                <td class="num">{row.socketsClosed}</td>
                <td class="num">{row.messagesReplayed}</td>
                <td class="num max-sm:hidden">
                  {isDone ? row.tookMs === null ? "" : formatMs(row.tookMs) : row.requestsInFlight}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {rows.length > MOST && (
        <p class="text-muted px-3 py-1 text-xs">{`${rows.length - MOST} more are not listed`}</p>
      )}
    </div>
  );
}
