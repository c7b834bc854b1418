import {
  CLIENT_CLOSE,
  type Close,
  DORMOUSE_PROTOCOL,
  FRAME_BYTES,
  RIVET_PROTOCOL,
  TUNNEL_CLOSE,
  withDetail,
} from "../protocol/mod.ts";
import type { Host } from "../host/host.ts";
import { acceptWebSocket } from "../transport/accept_websocket.ts";
import type { ActorEntry } from "./actor_entry.ts";
import type { ClientRequest } from "./client_link.ts";
import { DenoClients } from "./deno_clients.ts";
import { Departures } from "./departures.ts";
import { actorNotNamed, GatewayError, notAnActorId } from "./errors.ts";
import type { Gateway } from "./gateway.ts";
import { KnownTargets } from "./known_targets.ts";
import { refuseRunner } from "./refuse_runner.ts";
import { isRecordId } from "./record_id.ts";
import { openBody } from "./request_body.ts";
import { requestUrl } from "./request_url.ts";
import { headersOf, keepForActor, subprotocols, type Target, valueOf } from "./routing.ts";
import { UnreadBodies } from "./unread_bodies.ts";
import { checkUpgrade, chooseProtocol, isUpgrade, upgrade } from "./upgrade.ts";

export interface ListenerSetup {
  readonly gateway: Gateway;
  readonly host: Host;
  readonly hostname: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Answers what is for no actor and no runner. */
  readonly management: (request: Request) => Promise<Response>;
  /** Refuses a request before anything else looks at it, by its Host and Origin. */
  readonly guard: (headers: ReadonlyMap<string, string>) => GatewayError | undefined;
  /** Whether a token is the gateway's own: runners must give it, clients may. */
  readonly isToken: (token: string) => boolean;
  readonly onError: (error: unknown) => void;
}

export interface GatewayListener {
  readonly url: string;
  /** Stops accepting. Resolves when the connections are gone, or after `deadlineMs` without them. */
  close(deadlineMs: number): Promise<void>;
}

/** What the requests of one listener share. */
interface Desk {
  readonly setup: ListenerSetup;
  readonly targets: KnownTargets;
  readonly clients: DenoClients;
  readonly unread: UnreadBodies;
  readonly departures: Departures;
}

/** Serves clients, runners and the management API on one port. Throws when the port cannot be had. */
export function listen(setup: ListenerSetup): GatewayListener {
  const clients = new DenoClients(setup.host);
  const unread = new UnreadBodies(setup.host, setup.gateway.options.lingerMs);
  const departures = new Departures(setup.host);
  const desk: Desk = { setup, targets: new KnownTargets(), clients, unread, departures };
  const server = Deno.serve({
    hostname: setup.hostname,
    port: setup.port,
    onListen: () => {},
    onError: (error) => asGatewayError(setup, error).toResponse(),
  }, (request) => answer(desk, request));
  const { hostname, port } = server.addr;
  return {
    url: `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`,
    close: async (deadlineMs) => {
      // A client that never ends its request, or never answers a close, would keep us for ever.
      const late = Promise.withResolvers<void>();
      const timer = setup.host.after(deadlineMs, late.resolve);
      // A shutdown would overtake the closes that are on their way with one of its own, 1001.
      await Promise.race([clients.gone(), late.promise]);
      unread.close();
      departures.stop();
      await Promise.race([server.shutdown(), late.promise]);
      timer.cancel();
    },
  };
}

async function answer(desk: Desk, request: Request): Promise<Response> {
  const { setup, targets, clients, unread, departures } = desk;
  try {
    // Read before an upgrade: afterwards they are gone.
    const headers = headersOf(request.headers);
    const refused = setup.guard(headers);
    if (refused !== undefined) return refused.toResponse();
    keepForActor(headers, setup.gateway.options.headerBytes);
    const isWebSocket = isUpgrade(headers);
    if (isWebSocket) {
      checkUpgrade(request);
      if (requestUrl(request.url).pathname === "/runners/connect") {
        return await runner(setup, request);
      }
    }
    const target = targets.of(request.url, request.headers);
    if (target === undefined) return await setup.management(request);
    const asked: ClientRequest = { method: request.method, path: target.path, headers };
    if (isWebSocket) return await webSocket(setup, clients, request, target, asked);
    const entry = known(setup, target) ?? await resolve(setup, target);
    const opened = openBody(request, unread);
    const body = opened instanceof Promise ? await opened : opened;
    const proxied = setup.gateway.send(entry, asked, body);
    const watch = departures.watch(request, proxied);
    const response = await proxied.response;
    if (!proxied.isOpen) watch.end();
    return response;
  } catch (error) {
    if (!(error instanceof GatewayError)) {
      setup.onError(error);
      return internalError().toResponse();
    }
    if (error.code === "headers_too_large") setup.gateway.limitReached("headerBytes");
    return error.toResponse();
  }
}

/** The wanted actor where it is in memory, as {@link resolve} finds it. */
function known({ gateway }: ListenerSetup, { actor, token }: Target): ActorEntry | undefined {
  if (actor.by === "id" || token !== null) return undefined;
  return gateway.hasNamespace(actor.spec.namespace)
    ? gateway.actors.named(actor.fullName)
    : undefined;
}

/** Finds the wanted actor, or makes it. Throws what the client is to be told. */
async function resolve({ gateway, isToken }: ListenerSetup, target: Target): Promise<ActorEntry> {
  if (target.token !== null && !isToken(target.token)) {
    throw new GatewayError(403, "api", "forbidden", "The token is not this gateway's");
  }
  if (target.actor.by === "id") {
    if (!isRecordId(target.actor.actorId)) throw notAnActorId(target.actor.actorId);
    return await gateway.actors.get(target.actor.actorId);
  }
  const { create, spec } = target.actor;
  if (!await gateway.hasNamespace(spec.namespace)) {
    throw new GatewayError(
      404,
      "namespace",
      "not_found",
      `There is no namespace ${JSON.stringify(spec.namespace)}`,
    );
  }
  if (create) return (await gateway.actors.getOrCreate(spec)).entry;
  const found = await gateway.actors.find(spec.namespace, spec.name, spec.key);
  if (found === undefined) throw actorNotNamed(spec.name, spec.key);
  return found;
}

/**
 * Opens a client's WebSocket. A refusal is a close after the 101, with its reason: browsers show
 * nothing of a response.
 */
async function webSocket(
  setup: ListenerSetup,
  clients: DenoClients,
  request: Request,
  target: Target,
  asked: ClientRequest,
): Promise<Response> {
  const offered = subprotocols(request.headers);
  const wanted = await resolve(setup, target).catch((error) => asGatewayError(setup, error));
  const { socket, response } = upgrade(request, chooseProtocol(offered));
  clients.take(socket, (link) => {
    try {
      if (wanted instanceof GatewayError) throw wanted;
      return setup.gateway.openSocket(wanted, asked, link);
    } catch (error) {
      link.close(refusal(asGatewayError(setup, error)));
      return null;
    }
  });
  return response;
}

async function runner(setup: ListenerSetup, request: Request): Promise<Response> {
  const offered = subprotocols(request.headers);
  const { searchParams } = new URL(request.url);
  const version = searchParams.get("protocol_version");
  const namespace = searchParams.get("namespace");
  const runnerKey = searchParams.get("runner_key");
  const token = valueOf(offered, "rivet_token.") ?? request.headers.get("x-rivet-token");
  let refused: Close | undefined;
  if (version === null || !/^\d+$/.test(version) || !namespace || !runnerKey) {
    refused = TUNNEL_CLOSE.invalidUrl;
  } else if (token === null) refused = TUNNEL_CLOSE.missingHeader;
  else if (!setup.isToken(token)) refused = TUNNEL_CLOSE.forbidden;
  else if (!await setup.gateway.hasNamespace(namespace)) refused = TUNNEL_CLOSE.namespaceNotFound;
  const protocol = chooseProtocol(offered, DORMOUSE_PROTOCOL);
  const { socket, response } = upgrade(request, protocol);
  const link = acceptWebSocket(socket, {
    maxFrameBytes: FRAME_BYTES,
    protocol: protocol ?? RIVET_PROTOCOL,
  });
  if (refused !== undefined) {
    refuseRunner(setup.host, link, withDetail(refused, "handshake"));
  } else {
    setup.gateway.acceptRunner(link, {
      protocolVersion: Number(version),
      namespace: namespace!,
      runnerKey: runnerKey!,
      transport: "websocket",
    });
  }
  return response;
}

function refusal(error: GatewayError): Close {
  return error.reason === CLIENT_CLOSE.actorNotFound.reason
    ? CLIENT_CLOSE.actorNotFound
    : withDetail({ code: 1011, reason: error.reason }, error.message);
}

function asGatewayError(setup: ListenerSetup, error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  setup.onError(error);
  return internalError();
}

const internalError = (): GatewayError =>
  new GatewayError(500, "core", "internal_error", "The gateway failed; its log says why");
