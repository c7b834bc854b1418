import { SUPPORTED_VERSIONS } from "../../protocol/mod.ts";
import { DATACENTER } from "./datacenter.ts";
import type { Route } from "./route.ts";

/**
 * What the service says of itself.
 *
 * `runtime` is the engine's word, not ours: a client written for the engine asks `/health` first,
 * and refuses to go on where it reads anything else. What really answers stands in `/metadata`.
 */
export function serviceRoutes(version: string): readonly Route[] {
  const runtime = "engine";
  return [
    {
      method: "GET",
      path: "/health",
      isPublic: true,
      answer: () => ({ runtime, status: "ok", version }),
    },
    {
      method: "GET",
      path: "/metadata",
      isPublic: true,
      answer: () => ({
        runtime,
        version,
        server: "dormouse",
        runner_protocol_versions: SUPPORTED_VERSIONS,
      }),
    },
    {
      method: "GET",
      path: "/datacenters",
      answer: ({ url }) => ({
        datacenters: [{ label: 1, name: DATACENTER, url: `${url.origin}/` }],
        pagination: { cursor: null },
      }),
    },
  ];
}
