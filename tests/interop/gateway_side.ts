/** What a pairing needs of a gateway, whoever wrote it: one file for each that fills it. */

export interface ApiAnswer {
  readonly status: number;
  // deno-lint-ignore no-explicit-any -- each scenario knows the shape that it asserts
  readonly json: any;
}

/** A gateway in a process of its own. Its address stays the same across a restart. */
export interface GatewaySide extends AsyncDisposable {
  readonly kind: GatewayKind;
  /** `http://127.0.0.1:…`, for clients, runners and the management API alike. */
  readonly url: string;
  /** For runners and callers of the management API. */
  readonly token: string;
  /** A call of the management API, with the token; `body` goes out as JSON. */
  api(method: string, path: string, body?: unknown): Promise<ApiAnswer>;
  /** Kills the process where it stands, without a word, and starts it again on the same data. */
  restart(): Promise<void>;
  /** All that it printed. */
  readonly output: string;
}

export interface GatewayKind {
  readonly name: string;
  /** `shortTimers`: what takes 15 to 45 s by default is shortened, see each side. */
  start(options?: GatewayStart): Promise<GatewaySide>;
}

export interface GatewayStart {
  /** Default timers when left out. */
  readonly timers?: "default" | "short";
  /** From losing a runner's tunnel to giving it up; the gateway's own default when left out. */
  readonly runnerLostMs?: number;
  /** At most so many bytes unacked for each hibernatable socket. */
  readonly pendingBytes?: number;
}

/** The same call for every gateway. */
export async function callApi(
  gateway: Pick<GatewaySide, "url" | "token">,
  method: string,
  path: string,
  body?: unknown,
): Promise<ApiAnswer> {
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${gateway.token}`,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: text === "" ? undefined : JSON.parse(text) };
}

/** A port of loopback that nobody uses now. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}

/** Waits until `condition` gives something, looking twenty times a second. */
export async function eventually<T>(
  what: string,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  withinMs = 10_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  while (true) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
