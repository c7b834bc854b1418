declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** Names the gateway that holds a client. Four bytes on the wire, read big-endian. */
export type GatewayId = Branded<number, "GatewayId">;
/** Names one request or WebSocket of a client at its gateway. Four bytes on the wire, read big-endian. */
export type RequestId = Branded<number, "RequestId">;
/** Position of a tunnel message within its request: 0 to 65 535, wrapping. */
export type MessageIndex = Branded<number, "MessageIndex">;
/** Names an actor, for ever: a sleeping, woken or moved actor keeps its id. */
export type ActorId = Branded<string, "ActorId">;
/** Names a runner's registration at the gateway. A new one means that the old actors are gone. */
export type RunnerId = Branded<string, "RunnerId">;

export const gatewayId = (value: number): GatewayId => (value >>> 0) as GatewayId;
export const requestId = (value: number): RequestId => (value >>> 0) as RequestId;
export const actorId = (value: string): ActorId => value as ActorId;
export const runnerId = (value: string): RunnerId => value as RunnerId;

/** Eight hexadecimal digits, in the order of the bytes on the wire. */
export function formatId(id: GatewayId | RequestId): string {
  return id.toString(16).padStart(8, "0");
}

/** Both ids of a request as one key for a map that holds requests of several gateways. */
export function requestKey(gateway: GatewayId, request: RequestId): string {
  return `${formatId(gateway)}${formatId(request)}`;
}
