import type { ClientLink } from "../../lib/gateway/client_link.ts";
import type { Close } from "../../lib/protocol/mod.ts";

/** A client's end of a WebSocket that keeps what the gateway does with it. */
export class FakeClient implements ClientLink {
  readonly received: (string | Uint8Array)[] = [];
  /** One at most, or the gateway closed twice. */
  readonly closes: Close[] = [];
  /** What a slow client leaves unread: set it to play one. */
  bufferedBytes = 0;

  send(data: string | Uint8Array): void {
    if (this.closes.length > 0) throw new Error("The gateway sent on a closed socket");
    this.received.push(data);
  }

  close(close: Close): void {
    this.closes.push(close);
  }

  /** `code reason` of its close, the detail behind `#` left out; `undefined` while it is open. */
  get ended(): string | undefined {
    const [close] = this.closes;
    return close && `${close.code} ${close.reason.split("#")[0]}`;
  }
}
