import type { FollowedRequest, RequestFollower, RequestSummary } from "../../gateway/observer.ts";
import type { ActorId, RequestId } from "../../protocol/mod.ts";
import { CapturedSide } from "./captured_side.ts";
import type { RequestCapture } from "./request_capture.ts";

/** One HTTP request as it was captured at its gateway: what was asked and answered, and when. */
export class CapturedRequest implements RequestFollower {
  /** Those that it had: it gets another one when it is sent again. */
  readonly ids: RequestId[];
  readonly actorId: ActorId;
  readonly method: string;
  /** Without secrets. */
  readonly path: string;
  readonly startedTs: number;
  readonly request: CapturedSide;
  response: CapturedSide | null = null;
  status: number | null = null;
  /** Milliseconds from its begin until it was first sent, and until its answer began. */
  sentMs: number | null = null;
  answeredMs: number | null = null;
  summary: RequestSummary | null = null;
  readonly #capture: RequestCapture;
  readonly #at: number;

  constructor(capture: RequestCapture, followed: FollowedRequest) {
    const { requestId, actorId, method, path, headers } = followed;
    this.#capture = capture;
    this.#at = capture.host.now();
    this.ids = [requestId];
    this.actorId = actorId;
    this.method = method;
    this.path = capture.secrets.path(path);
    this.startedTs = capture.host.epoch();
    this.request = new CapturedSide(headers, capture);
  }

  sent(request: RequestId, body: Uint8Array | null): void {
    this.sentMs ??= this.#sinceBegin();
    if (this.ids.at(-1) === request) {
      if (body !== null) this.request.add(body);
    } else {
      // Its body was at hand, and is captured already.
      this.ids.push(request);
      this.#capture.renamed(this, request);
    }
  }

  bodySent(chunk: Uint8Array): void {
    this.request.add(chunk);
  }

  answered(status: number, headers: ReadonlyMap<string, string>): void {
    this.answeredMs = this.#sinceBegin();
    this.status = status;
    this.response = new CapturedSide(headers, this.#capture);
    this.request.over();
  }

  bodyCame(chunk: Uint8Array): void {
    this.response?.add(chunk);
  }

  ended(summary: RequestSummary): void {
    this.summary = summary;
    this.request.over();
    this.response?.over();
  }

  #sinceBegin(): number {
    return this.#capture.host.now() - this.#at;
  }
}
