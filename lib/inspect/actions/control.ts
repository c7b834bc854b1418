import { type Faults, OWN_TUNNEL, type TunnelTarget } from "../../faults/mod.ts";
import type { ClientLink, ClientRequest } from "../../gateway/client_link.ts";
import { GatewayError, runnerNotFound } from "../../gateway/errors.ts";
import type {
  CloseOutcome,
  ClosePlan,
  HibernateOutcome,
  HibernatePlan,
  ReplayPlan,
} from "../../gateway/view.ts";
import {
  type ActorId,
  type Close,
  formatId,
  type RequestId,
  requestId,
  runnerId,
} from "../../protocol/mod.ts";
import type { TunnelSocketView } from "../../runner/view.ts";
import { THIS_RUNNER } from "../runners/links.ts";
import type { Inspected } from "../inspected.ts";
import { replayPlanOf } from "../requests/replay.ts";
import { capturedRequest } from "../requests/request_inspection.ts";
import type { GatewaySource, RunnerSource } from "../source.ts";

/** What is another than it was captured; `undefined`: as it was. */
export interface RequestEdits {
  readonly path: string | undefined;
  readonly body: Uint8Array | undefined;
}

export interface RequestReplay {
  readonly actorId: ActorId;
  readonly request: ClientRequest;
  readonly body: Uint8Array | null;
  /** Headers that cannot be sent again, for their values were redacted. */
  readonly leftOut: readonly string[];
}

/** What a person can do. Each rejects with a {@link GatewayError} that says why not. */
export interface Control {
  planHibernate(id: ActorId): Promise<HibernatePlan>;
  /** With `drain`, an actor that is to stay up goes on elsewhere. */
  hibernate(id: ActorId, cause: "person" | "drain"): Promise<HibernateOutcome>;
  /** What would be there for the actor if it woke. */
  planWake(id: ActorId): Promise<HibernatePlan>;
  wake(id: ActorId): Promise<void>;
  planClose(requestId: string): ClosePlan;
  closeSocket(requestId: string, close: Close): CloseOutcome;
  planReplay(requestId: string, data: string | Uint8Array): ReplayPlan;
  replay(requestId: string, data: string | Uint8Array): ReplayPlan;
  /** A captured request as it would be sent again. */
  planReplayRequest(requestId: string, edits: RequestEdits): RequestReplay;
  /** Gives the id that it has at first. */
  replayRequest(replay: RequestReplay): Promise<RequestId>;
  actorsOf(runner: string): ActorId[];
  /** Ids of the sockets of a runner's actors. */
  socketsOf(runner: string): string[];
  /** What to know of putting new actors on these runners, or none, in sentences. */
  planTakesActors(runners: readonly string[], takes: boolean): string[];
  takesActors(runner: string, takes: boolean): void;
  /** What goes wrong on purpose. Throws `faults.off` where nothing can. */
  faults(): Faults;
  tunnelOf(runner: string): TunnelTarget;
  clientOf(requestId: string): { readonly requestId: RequestId; readonly link: ClientLink };
}

/** Through the gateway where there is one; else the runner does what it can for its own actors. */
export function controlOf(inspected: Inspected): Control {
  const { gateway, runner } = inspected.source;
  const control = gateway === undefined ? atRunner(runner) : atGateway(gateway, inspected);
  return { ...control, faults: () => inspected.faults ?? faultsOff() };
}

function faultsOff(): never {
  throw new GatewayError(
    409,
    "faults",
    "off",
    "Nothing goes wrong on purpose here: start it with `deno task dev`, or DORMOUSE_FAULTS=true",
  );
}

function atGateway(gateway: GatewaySource, inspected: Inspected): Omit<Control, "faults"> {
  const actorsOf = (runner: string): ActorId[] => gateway.actorsOf(runnerId(runner));
  return {
    planHibernate: (id) => gateway.planHibernate(id),
    hibernate: (id, cause) => gateway.hibernate(id, cause),
    planWake: (id) => gateway.planHibernate(id),
    wake: (id) => gateway.wake(id),
    planClose: (id) => gateway.planClose(requestOf(id)),
    closeSocket: (id, close) => gateway.closeSocket(requestOf(id), close),
    planReplay: (id, data) => gateway.planReplay(requestOf(id), data),
    replay: (id, data) => gateway.replay(requestOf(id), data),
    planReplayRequest: (id, edits) => replayPlanOf(capturedRequest(inspected, id), edits),
    replayRequest: ({ actorId, request, body }) => gateway.replayRequest(actorId, request, body),
    actorsOf,
    socketsOf: (runner) => {
      const actors = new Set(actorsOf(runner));
      return [...Iterator.from(gateway.socketLooks()).map((look) => look.view())]
        .filter(({ actorId, phase }) => actors.has(actorId) && phase !== "closed")
        .map(({ requestId }) => formatId(requestId));
    },
    planTakesActors: (ids, takes) => {
      const { runners } = gateway.summary();
      const meant = ids.map((id) => {
        const runner = runners.find(({ runnerId }) => runnerId === id);
        if (runner === undefined) throw runnerNotFound(id);
        return runner;
      });
      const them = meant.length === 1 ? "it" : "them";
      if (takes) return [`New actors are put on ${them} again`];
      const others = runners.filter((other) =>
        !meant.includes(other) && other.state === "connected" && other.actors < other.totalSlots
      );
      const names = [...new Set(meant.map(({ name }) => name))];
      return [
        `No new actor is put on ${them} until ${
          meant.length === 1 ? "it is" : "they are"
        } told to go on`,
        ...names.map((name) => {
          const left = others.filter((other) => other.name === name).length;
          return left > 0
            ? `What is waited for of ${name} goes on at ${
              left === 1 ? "another runner" : "other runners"
            }`
            : `No other runner serves ${name}: clients and requests that want an actor of it wait for one, and are turned away in the end`;
        }),
      ];
    },
    takesActors: (runner, takes) => gateway.takesActors(runnerId(runner), takes),
    tunnelOf: (runner) => ({ runnerId: runner, key: gateway.runnerKey(runnerId(runner)) }),
    clientOf: (id) => {
      const requestId = requestOf(id);
      return { requestId, link: gateway.clientLink(requestId) };
    },
  };
}

function atRunner(runner: RunnerSource | undefined): Omit<Control, "faults"> {
  const where = runner === undefined
    ? "the gateway"
    : `the gateway at ${runner.summary().endpoint}`;
  const refuse = (code: string, message: string): GatewayError =>
    new GatewayError(409, "dashboard", code, message);
  const here = <T>(id: ActorId, value: T | undefined): T => {
    if (value !== undefined) return value;
    throw refuse(
      "not_awake_here",
      `Actor ${id} is not awake on this runner: whether it sleeps or is on another one, ` +
        `only ${where} knows`,
    );
  };
  const noWake = refuse(
    "no_gateway",
    `A runner cannot wake an actor. Only ${where} can: a message or a request wakes it`,
  );
  const noReplay = (): never => {
    throw refuse("no_gateway", `What clients say comes from their gateway. Replay it at ${where}`);
  };
  const noDrain = refuse(
    "no_gateway",
    `A runner drains by leaving: end its process with SIGTERM, or drain it at ${where}`,
  );
  const socketOf = (id: string): TunnelSocketView => {
    const request = requestOf(id);
    const found = [
      ...Iterator.from(runner?.socketLooks() ?? [])
        .filter(({ requestId }) => requestId === request),
    ].map((look) => look.view());
    if (found.length === 1) return found[0]!;
    throw found.length === 0
      ? refuse(
        "not_awake_here",
        `Socket ${id} is not open on this runner: whether it hibernates, only ${where} knows`,
      )
      : refuse("ambiguous", `${found.length} sockets of several gateways have the id ${id} here`);
  };
  const planClose = (id: string): ClosePlan => {
    const { actorId, requestId, phase } = socketOf(id);
    return { actorId, requestId, phase, pendingMessages: 0, wakesActor: false };
  };
  const checkId = (id: string): void => {
    if (id !== THIS_RUNNER && runner?.summary().runnerId !== id) throw runnerNotFound(id);
  };
  const looksOf = (id: string) => {
    checkId(id);
    return [...runner?.actorLooks() ?? []];
  };
  return {
    // deno-lint-ignore require-await
    planHibernate: async (id) => here(id, runner?.planHibernate(id)),
    hibernate: async (id) => here(id, await runner?.hibernate(id)),
    planWake: () => Promise.reject(noWake),
    wake: () => Promise.reject(noWake),
    planClose,
    closeSocket: (id, close) => {
      const { gatewayId, requestId } = socketOf(id);
      const plan = planClose(id);
      const closed = runner!.closeSocket(gatewayId, requestId, close);
      return { ...plan, result: closed ? "closed" : "already_closed" };
    },
    planReplay: noReplay,
    replay: noReplay,
    planReplayRequest: noReplay,
    replayRequest: noReplay,
    actorsOf: (id) => looksOf(id).map(({ actorId }) => actorId),
    socketsOf: (id) => {
      checkId(id);
      return [...runner?.socketLooks() ?? []].map(({ requestId }) => formatId(requestId));
    },
    planTakesActors: () => {
      throw noDrain;
    },
    takesActors: () => {
      throw noDrain;
    },
    tunnelOf: (id) => {
      checkId(id);
      return { runnerId: id, key: OWN_TUNNEL };
    },
    clientOf: () => {
      throw refuse("no_gateway", `A client is slow at its gateway: make it so at ${where}`);
    },
  };
}

function requestOf(id: string): RequestId {
  if (/^[0-9a-f]{8}$/.test(id)) return requestId(Number.parseInt(id, 16));
  throw new GatewayError(
    404,
    "socket",
    "not_found",
    `No socket has the id ${JSON.stringify(id)}: an id has 8 hexadecimal digits`,
  );
}
