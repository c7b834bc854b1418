import type { GatewayAddress } from "../app_state.ts";
import type { Overview } from "../lib/inspect/mod.ts";
import { formatAge } from "./format.ts";
import { LivenessPill } from "./LivenessPill.tsx";
import type { Liveness } from "./live/live.ts";

export interface HeaderProps {
  readonly snapshot: Overview;
  readonly now: number;
  readonly liveness: Liveness;
  readonly version: string;
  readonly gateway: GatewayAddress;
}

const ROLES: Readonly<Record<Overview["role"], string>> = {
  all: "gateway and runner",
  gateway: "gateway",
  runner: "runner",
};

export function Header({ snapshot, now, liveness, version, gateway }: HeaderProps) {
  const { tunnel } = snapshot;
  return (
    <header class="flex flex-wrap items-center gap-x-4 gap-y-1">
      <img src="/logo.svg" alt="" width="32" height="32" class="size-8" />
      <h1 class="text-lg font-semibold tracking-tight">Dormouse</h1>
      <p class="text-muted numbers flex flex-wrap gap-x-3 text-xs">
        <span>{version}</span>
        <span>{ROLES[snapshot.role]}</span>
        {tunnel.protocolVersion !== null && <span>protocol {tunnel.protocolVersion}</span>}
        <span>up {formatAge(now - snapshot.startedTs)}</span>
        <span class="font-mono">{gateway.url}</span>
      </p>
      <div class="ml-auto">
        <LivenessPill liveness={liveness} />
      </div>
    </header>
  );
}
