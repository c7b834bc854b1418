import { quoted, type Refusal, refuse } from "./refusal.ts";

/** A request's headers, `Headers` or a map by names in lower case. */
export interface HeaderValues {
  get(name: string): string | null | undefined;
}

/** A host and its port, `null` when the scheme's own is meant. */
export interface HostName {
  /** Lower case; an IPv6 address in brackets. */
  readonly name: string;
  readonly port: number | null;
}

const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?$/;

/** Reads a Host header (RFC 9110, 7.2). `undefined` for what is not exactly one host. */
export function parseHost(text: string): HostName | undefined {
  const match = HOST.exec(text.toLowerCase());
  if (match === null) return undefined;
  const port = match[2] === undefined ? null : Number(match[2]);
  if (port !== null && port > 65_535) return undefined;
  return { name: match[1]!, port };
}

/** Whether a name stands for this machine wherever it is used. Exact: `127.1` does not. */
export function isLoopback(name: string): boolean {
  return LOOPBACK.has(name);
}

/**
 * Refuses a request whose Host is not this server's. That ends DNS rebinding: a page of another name
 * that is made to resolve to this machine still sends its own name.
 *
 * Loopback names pass with any port. Others must be in `allowedHosts`: `example.com` for any port,
 * `example.com:8443` for that one.
 */
export function checkHost(
  headers: HeaderValues,
  allowedHosts: readonly string[],
): Refusal | undefined {
  const given = headers.get("host");
  if (!given) {
    return refuse(400, "host_missing", "The request has no Host header, wanted is this server's");
  }
  const host = parseHost(given);
  if (host !== undefined) {
    if (isLoopback(host.name)) return undefined;
    for (const allowed of allowedHosts) {
      const wanted = parseHost(allowed);
      if (wanted?.name !== host.name) continue;
      if (wanted.port === null || wanted.port === host.port) return undefined;
    }
  }
  return refuse(
    403,
    "host_not_allowed",
    `The Host ${quoted(given)} is not this server's; ` +
      "if it should be, add it to DORMOUSE_ALLOWED_HOSTS",
  );
}
