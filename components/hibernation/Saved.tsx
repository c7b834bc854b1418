import type { Hibernation } from "../../lib/inspect/mod.ts";
import { formatBytes, formatCount, formatHours } from "../format.ts";
import { NotHere } from "../NotHere.tsx";

/** Who sleeps, and what that saved: with the formula, for a number alone would have to be believed. */
export function Saved({ of: { asleep, sockets, saved } }: { of: Hibernation }) {
  return (
    <div class="bg-panel border-line rounded-lg border px-3 py-2.5">
      <dl
        class="grid grid-cols-2 gap-x-4 gap-y-3 lg:grid-cols-4"
        aria-label="What hibernation saves"
      >
        <div data-testid="asleep">
          <dt class="text-muted text-xs">Asleep with clients</dt>
          <dd class="numbers text-xl leading-7 font-semibold">
            {asleep === null ? <NotHere /> : formatCount(asleep)}
          </dd>
          <dd class="text-muted text-xs">
            {sockets === null ? "" : `${formatCount(sockets)} WebSockets stay open`}
          </dd>
        </div>
        <div data-testid="actor-hours">
          <dt class="text-muted text-xs">Actor-hours not awake</dt>
          <dd class="numbers text-xl leading-7 font-semibold">
            {saved === null ? <NotHere /> : formatHours(saved.actorHours)}
          </dd>
          <dd class="text-muted text-xs">time asleep with a client’s socket, of all actors</dd>
        </div>
        <div data-testid="memory-now">
          <dt class="text-muted text-xs">Memory not used now</dt>
          <dd class="numbers text-xl leading-7 font-semibold">
            {saved === null ? <NotHere /> : formatBytes(saved.bytesNow)}
          </dd>
          <dd class="text-muted text-xs">
            {saved === null
              ? ""
              : `${formatCount(asleep)} asleep × ${formatBytes(saved.bytesEach)} each`}
          </dd>
        </div>
        <div data-testid="memory-hours">
          <dt class="text-muted text-xs">Memory not used so far</dt>
          <dd class="numbers text-xl leading-7 font-semibold">
            {saved === null ? <NotHere /> : `${saved.mebibyteHours.toFixed(2)} MiB·h`}
          </dd>
          <dd class="text-muted text-xs">
            {saved === null ? "" : `actor-hours × ${formatBytes(saved.bytesEach)}`}
          </dd>
        </div>
      </dl>
      {saved !== null && (
        <p class="text-muted mt-3 text-xs">
          {`${
            formatBytes(saved.bytesEach)
          } is what an idle awake actor with one WebSocket took in a runner’s JS heap, measured over 8 000 of them; asleep it takes nothing there. A state of its own comes on top.`}
        </p>
      )}
    </div>
  );
}
