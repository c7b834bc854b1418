/** A gateway that a scenario scripts, over real tunnels: what no real gateway can be made to do. */
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { FRAME_BYTES } from "../../lib/protocol/mod.ts";
import { acceptWebSocket } from "../../lib/transport/accept_websocket.ts";
import { FakeGateway } from "../support/fake_gateway.ts";
import type { ApiAnswer, GatewayKind, GatewaySide } from "./gateway_side.ts";

export class ScriptedGateway implements GatewaySide {
  readonly kind = scriptedGateway;
  readonly token = "token-of-a-script";
  readonly output = "";
  readonly url: string;
  /** The script's own: its clients are made up, its runner is real. */
  readonly fake = new FakeGateway(new VirtualHost({ epochStart: Date.now() }));
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => {
        if (this.fake.isDown) return new Response("It is down", { status: 503 });
        const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
        response.headers.set("sec-websocket-protocol", "rivet");
        this.fake.attach(acceptWebSocket(socket, { maxFrameBytes: FRAME_BYTES }));
        return response;
      },
    );
    this.url = `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** It has no management API. */
  api(): Promise<ApiAnswer> {
    return Promise.resolve({ status: 404, json: {} });
  }

  restart(): Promise<void> {
    return Promise.reject(new Error("A scripted gateway is not restarted"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.fake.cut(1000, "the scenario is over");
    await this.#server.shutdown();
  }
}

/** The column of scenarios that bring a gateway of their own. */
export const scriptedGateway: GatewayKind = {
  name: "scripted gateway",
  start: () => Promise.resolve(new ScriptedGateway()),
};
