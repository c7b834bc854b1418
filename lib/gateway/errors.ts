/** An error as the engine's clients know it: a group, a code, a sentence (`wire.md`, Client side). */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  constructor(
    /** The HTTP status that tells it. */
    readonly status: number,
    readonly group: string,
    readonly code: string,
    message: string,
    readonly metadata: Readonly<Record<string, unknown>> | null = null,
    /** What the response says besides. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }

  /** `group.code`, as it stands in a close reason. */
  get reason(): string {
    return `${this.group}.${this.code}`;
  }

  toResponse(): Response {
    const { group, code, message, metadata } = this;
    return Response.json({ group, code, message, metadata }, {
      status: this.status,
      headers: { ...this.headers, "x-rivet-error": this.reason },
    });
  }
}

export const actorNotFound = (id: string): GatewayError =>
  new GatewayError(404, "actor", "not_found", `No actor has the id ${id}, or it is destroyed`);

export const socketNotFound = (id: string): GatewayError =>
  new GatewayError(404, "socket", "not_found", `No socket has the id ${id}, or it is closed`);

export const runnerNotFound = (id: string): GatewayError =>
  new GatewayError(404, "runner", "not_found", `No runner has the id ${id}, or it has left`);

/** What a client is told that asked for an actor by its name, not to be made. */
export function actorNotNamed(name: string, key: string | null): GatewayError {
  const named = key === null ? "without a key" : `with the key ${JSON.stringify(key)}`;
  const message = `There is no actor ${JSON.stringify(name)} ${named}`;
  return new GatewayError(404, "actor", "not_found", message);
}

/** What a client is told whose path names an actor by what cannot be its id: a name, most likely. */
export function notAnActorId(id: string): GatewayError {
  const { status, group, code, message } = actorNotFound(id);
  const hint = "To name one, add rvt-method=getOrCreate&rvt-key=…";
  return new GatewayError(status, group, code, `${message}. ${hint}`);
}

/** What a client is told whose body is longer than the option allows. */
export const bodyTooLarge = (option: string, limit: number): GatewayError =>
  new GatewayError(
    413,
    "guard",
    "body_too_large",
    `The body is larger than ${option}=${limit} bytes`,
  );

/** What a request is told, or its record says, when it gets no answer or not all of it. */
export const GONE = {
  client: (): GatewayError =>
    new GatewayError(499, "guard", "client_closed_request", "The client went away"),
  aborted: (): GatewayError =>
    new GatewayError(502, "actor", "response_aborted", "The actor broke off its answer"),
  overrun: (): GatewayError =>
    new GatewayError(
      502,
      "guard",
      "window_overrun",
      "The runner sent more of the answer than it had credit for",
    ),
  slowConsumer: (limit: number): GatewayError =>
    new GatewayError(
      503,
      "guard",
      "slow_consumer",
      `The client left more than responseBufferBytes=${limit} unread`,
    ),
  stopped: (): GatewayError =>
    new GatewayError(503, "actor", "stopped", "The actor stopped before it answered"),
  tunnel: (): GatewayError =>
    new GatewayError(503, "guard", "tunnel_lost", "The tunnel to the actor's runner broke"),
  destroyed: (): GatewayError =>
    new GatewayError(404, "actor", "not_found", "The actor was destroyed"),
  notReady: (ms: number): GatewayError =>
    new GatewayError(
      503,
      "guard",
      "actor_ready_timeout",
      `The actor was not ready within ${ms} ms. Is a runner with room for it connected?`,
    ),
  crashed: (message: string): GatewayError =>
    new GatewayError(502, "actor", "crashed", `The actor crashed: ${message}`),
};
