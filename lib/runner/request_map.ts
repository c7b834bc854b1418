import type { GatewayId, RequestId } from "../protocol/mod.ts";

/** A map by gateway and request, on numbers: no key is made up for a look-up. */
export class RequestMap<Value> {
  readonly #gateways = new Map<GatewayId, Map<RequestId, Value>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(gatewayId: GatewayId, requestId: RequestId): Value | undefined {
    return this.#gateways.get(gatewayId)?.get(requestId);
  }

  set(gatewayId: GatewayId, requestId: RequestId, value: Value): void {
    let requests = this.#gateways.get(gatewayId);
    if (requests === undefined) this.#gateways.set(gatewayId, requests = new Map());
    const before = requests.size;
    requests.set(requestId, value);
    this.#size += requests.size - before;
  }

  /** Takes `value` out, if it is still the one that stands there. */
  delete(gatewayId: GatewayId, requestId: RequestId, value?: Value): boolean {
    const requests = this.#gateways.get(gatewayId);
    if (requests === undefined) return false;
    if (value !== undefined && requests.get(requestId) !== value) return false;
    if (!requests.delete(requestId)) return false;
    this.#size--;
    if (requests.size === 0) this.#gateways.delete(gatewayId);
    return true;
  }

  clear(): void {
    this.#gateways.clear();
    this.#size = 0;
  }

  *values(): Generator<Value> {
    for (const requests of this.#gateways.values()) yield* requests.values();
  }
}
