import type { GatewayAddress } from "../app_state.ts";
import type { Overview, PromisesKept } from "../lib/inspect/mod.ts";
import { formatAge } from "./format.ts";
import { Lamp } from "./Lamp.tsx";

export interface ServerLineProps {
  readonly snapshot: Overview;
  readonly now: number;
  readonly version: string;
  readonly gateway: GatewayAddress;
  readonly promises: PromisesKept;
  readonly zone: "UTC" | undefined;
}

const ROLES: Readonly<Record<Overview["role"], string>> = {
  all: "gateway and runner",
  gateway: "gateway",
  runner: "runner",
};

/** Which server the page is of. */
export function ServerLine({ snapshot, now, version, gateway, promises, zone }: ServerLineProps) {
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
        <Lamp of={promises} zone={zone} />
      </p>
    </div>
  );
}
