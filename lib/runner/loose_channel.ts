import {
  type GatewayId,
  type MessageIndex,
  messageIndex,
  type RequestId,
} from "../protocol/mod.ts";
import type { Channel } from "./channel.ts";

/** Where one word is said about a request or socket that nobody here has. */
export class LooseChannel implements Channel {
  readonly outlivesCut = true;
  readonly life = null;
  lastIndex: MessageIndex = messageIndex(-1);

  constructor(readonly gatewayId: GatewayId, readonly requestId: RequestId) {}

  sent(): void {}
}
