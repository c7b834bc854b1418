import type { RunnerObserver } from "../../lib/runner/mod.ts";
import type { RequestSummary, SocketsLeft } from "../../lib/runner/observer.ts";

/** Notes what the runner tells, one line each, for tests to look at. */
export class LogObserver implements Required<Omit<RunnerObserver, "followSocket">> {
  readonly lines: string[] = [];
  readonly errors: { readonly handler: string; readonly error: unknown }[] = [];
  /** What crashed actors, where it was the author's. */
  readonly causes: (Error | undefined)[] = [];
  /** Method, path, status, milliseconds and error of each request that has ended. */
  readonly requests: unknown[][] = [];
  lost = 0;

  /** Lines that begin with `start`. */
  of(start: string): string[] {
    return this.lines.filter((line) => line.startsWith(start));
  }

  connection(state: string, detail: string): void {
    this.lines.push(`connection ${state} ${detail}`.trim());
  }
  registered(runner: string): void {
    this.lines.push(`registered ${runner}`);
  }
  timersContradict(what: string): void {
    this.lines.push(`contradiction ${what}`);
  }
  actorStarted(actor: string, name: string, generation: number): void {
    this.lines.push(`started ${actor} ${name} ${generation}`);
  }
  /** Each life has one: nothing to look at in a log of what happened. */
  firstHandled(): void {}
  actorStopped(
    actor: string,
    _name: string,
    generation: number,
    code: string,
    why: string,
    cause?: Error,
    _left?: SocketsLeft,
  ): void {
    this.lines.push(`stopped ${actor} ${generation} ${code}: ${why}`);
    if (code === "error") this.causes.push(cause);
  }
  committed(actor: string, bytes: number, messages: number): void {
    this.lines.push(`committed ${actor} ${bytes} ${messages}`);
  }
  commitFailed(actor: string, why: string): void {
    this.lines.push(`commitFailed ${actor} ${why}`);
  }
  handlerFailed(actor: string, handler: string, error: unknown): void {
    this.lines.push(`handlerFailed ${actor} ${handler}`);
    this.errors.push({ handler, error });
  }
  duplicateDropped(actor: string): void {
    this.lines.push(`duplicate ${actor}`);
  }
  indexSkipped(actor: string): void {
    this.lines.push(`skipped ${actor}`);
  }
  outgoingLost(count: number): void {
    this.lost += count;
  }
  requestEnded({ method, path, status, durationMs, error }: RequestSummary): void {
    this.requests.push([method, path, status, durationMs, error]);
  }
  limitReached(limit: string, value: number): void {
    this.lines.push(`limit ${limit} ${value}`);
  }
  frameDropped(why: string): void {
    this.lines.push(`dropped ${why}`);
  }
}
