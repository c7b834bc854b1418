import {
  type ActorId,
  CLIENT_CLOSE,
  type Close,
  requestKey,
  type ToClientTunnelMessage,
  type ToServerTunnelBody,
} from "../protocol/mod.ts";
import type { RunnerContext } from "./context.ts";
import { LooseChannel } from "./loose_channel.ts";
import type { RecentSet } from "./recent_set.ts";
import { errorResponse } from "./response_start.ts";

/** What a runner remembers of sockets that are not here any more. */
export interface StrangersContext extends Pick<RunnerContext, "outbox" | "observer"> {
  readonly departedSockets: RecentSet<string>;
  readonly closedSockets: RecentSet<string>;
}

/** What a runner says to frames about actors and sockets that it does not have. */
export class Strangers {
  readonly #context: StrangersContext;

  constructor(context: StrangersContext) {
    this.#context = context;
  }

  /** A client's request or socket for an actor that is not here. */
  refuse(message: ToClientTunnelMessage, actorId: ActorId): void {
    const why = `Actor ${actorId} is not on this runner`;
    const answer = message.body.kind === "requestStart"
      ? errorResponse(503, "actor.not_found", why)
      : closing(CLIENT_CLOSE.actorNotFoundAtRunner);
    this.#say(message, answer);
  }

  /**
   * Nobody here has that socket. One that has just left with its actor, or was closed from here, is
   * no surprise; any other is told once that it is over.
   */
  socket(message: ToClientTunnelMessage): void {
    const { gatewayId, requestId } = message.messageId;
    const { departedSockets, closedSockets, observer } = this.#context;
    const key = requestKey(gatewayId, requestId);
    observer.frameDropped?.(`${message.body.kind} for an unknown socket`);
    if (departedSockets.has(key) || closedSockets.has(key)) return;
    closedSockets.add(key);
    this.#say(message, closing(CLIENT_CLOSE.staleMetadata));
  }

  #say({ messageId }: ToClientTunnelMessage, body: ToServerTunnelBody): void {
    this.#context.outbox.send(new LooseChannel(messageId.gatewayId, messageId.requestId), body);
  }
}

function closing({ code, reason }: Close): ToServerTunnelBody {
  return { kind: "webSocketClose", code, reason, hibernate: false };
}
