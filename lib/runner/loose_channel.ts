import {
  type GatewayId,
  type MessageIndex,
  messageIndex,
  type RequestId,
} from "../protocol/mod.ts";
import type { Channel } from "./outbox.ts";

/** Where one word is said about a request or socket that nobody here has. */
export class LooseChannel implements Channel {
  readonly outlivesCut = true;
  constructor(readonly gatewayId: GatewayId, readonly requestId: RequestId) {}

  nextIndex(): MessageIndex {
    return messageIndex(0);
  }

  sent(): void {}
}
