/** What a call rejects with that the runner's end, or its loss of the actor, has left unanswered. */
export class RunnerShutdownError extends Error {
  override readonly name = "RunnerShutdownError";
  constructor() {
    super("Runner shut down");
  }
}
