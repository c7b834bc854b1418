import { DORMOUSE_PROTOCOL, RIVET_PROTOCOL } from "../protocol/mod.ts";

/** What a runner says of itself before its first frame (`wire.md`, "Handshake"). */
export interface RunnerHandshake {
  /** Where the gateway is: `http:`, `https:`, `ws:` or `wss:`, a path before ours allowed. */
  readonly endpoint: string;
  readonly protocolVersion: number;
  readonly namespace: string;
  /** Unique to a runner process: a newer connection with the same key evicts the older. */
  readonly runnerKey: string;
  readonly token?: string | null;
}

/** The address of the tunnel's WebSocket. */
export function runnerUrl(handshake: RunnerHandshake): string {
  const url = new URL(handshake.endpoint);
  url.protocol = url.protocol.replace(/^http/, "ws");
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/runners/connect`;
  url.search = new URLSearchParams({
    protocol_version: String(handshake.protocolVersion),
    namespace: handshake.namespace,
    runner_key: handshake.runnerKey,
  }).toString();
  url.hash = "";
  return url.href;
}

/**
 * The subprotocols to offer. The answer is `rivet`, unless the gateway is one of ours and the runner
 * `streams`: then it is {@link DORMOUSE_PROTOCOL}.
 */
export function runnerProtocols(
  { token, streams = false }: Pick<RunnerHandshake, "token"> & { readonly streams?: boolean },
): string[] {
  return [
    RIVET_PROTOCOL,
    ...(streams ? [DORMOUSE_PROTOCOL] : []),
    ...(token ? [`rivet_token.${token}`] : []),
  ];
}
