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
      headers: { "x-rivet-error": this.reason },
    });
  }
}

export const actorNotFound = (id: string): GatewayError =>
  new GatewayError(404, "actor", "not_found", `No actor has the id ${id}, or it is destroyed`);

/** What a request is told when its actor is not there to answer it. */
export const GONE = {
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
