import type { FollowedRequest } from "../../gateway/observer.ts";
import type { Host } from "../../host/host.ts";
import type { RequestId } from "../../protocol/mod.ts";
import { Budget } from "../capture/budget.ts";
import type { CaptureOptions } from "../capture/capture.ts";
import type { Secrets } from "../secrets.ts";
import { CapturedRequest } from "./captured_request.ts";

/**
 * The latest HTTP requests with their heads and the begins of their bodies. Where more come than a
 * person reads, no more are captured than a budget allows.
 */
export class RequestCapture {
  readonly host: Host;
  readonly secrets: Secrets;
  readonly payloads: boolean;
  /** Bytes of one body, and of one head, that are kept. */
  readonly most: number;
  readonly #mostRequests: number;
  readonly #budget: Budget;
  /** Oldest first, by each id that they had. */
  readonly #byId = new Map<RequestId, CapturedRequest>();
  readonly #requests = new Set<CapturedRequest>();

  constructor({ host, limits, secrets, payloads }: CaptureOptions) {
    this.host = host;
    this.secrets = secrets;
    this.payloads = payloads;
    this.most = limits.captureMessageBytes;
    this.#mostRequests = limits.captureRequests;
    this.#budget = new Budget(host, limits.capturedPerSecond);
  }

  get size(): number {
    return this.#requests.size;
  }

  get(id: RequestId): CapturedRequest | undefined {
    return this.#byId.get(id);
  }

  follow(followed: FollowedRequest): CapturedRequest | undefined {
    if (!this.#budget.take()) return undefined;
    const request = new CapturedRequest(this, followed);
    this.#requests.add(request);
    this.#byId.set(followed.requestId, request);
    if (this.#requests.size > this.#mostRequests) {
      const [oldest] = this.#requests;
      this.#requests.delete(oldest!);
      // Another may have its id by now.
      for (const id of oldest!.ids) if (this.#byId.get(id) === oldest) this.#byId.delete(id);
    }
    return request;
  }

  /** It is sent again, under another id. */
  renamed(request: CapturedRequest, id: RequestId): void {
    if (this.#requests.has(request)) this.#byId.set(id, request);
  }

  /** Waits for nothing any more. */
  close(): void {
    this.#budget.close();
  }
}
