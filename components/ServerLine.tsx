import type { GatewayAddress } from "../app_state.ts";
import type { Overview } from "../lib/inspect/mod.ts";
import { formatAge } from "./format.ts";

export interface ServerLineProps {
  readonly snapshot: Overview;
  readonly now: number;
  readonly version: string;
  readonly gateway: GatewayAddress;
}

const ROLES: Readonly<Record<Overview["role"], string>> = {
  all: "gateway and runner",
  gateway: "gateway",
  runner: "runner",
};

/** Which server the page is of. */
export function ServerLine({ snapshot, now, version, gateway }: ServerLineProps) {
  const { tunnel } = snapshot;
  return (
    <div class="flex flex-wrap items-baseline gap-x-3">
      <h1 class="text-base font-semibold">Overview</h1>
      <p class="text-muted numbers flex flex-wrap gap-x-3 text-xs">
        <span>Dormouse {version}</span>
        <span>{ROLES[snapshot.role]}</span>
        {tunnel.protocolVersion !== null && <span>protocol {tunnel.protocolVersion}</span>}
        <span>up {formatAge(now - snapshot.startedTs)}</span>
        <span class="font-mono">{gateway.url}</span>
      </p>
    </div>
  );
}
