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
