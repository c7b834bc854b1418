/** The compiler is the test: what is written for the reference's types fits ours. */
import { assertEquals } from "@std/assert";
import * as reference from "@rivetkit/engine-runner";
import * as ours from "../../lib/compat/engine_runner.ts";

/** Fails to compile when `A` is not assignable to `B`. */
type Fits<A extends B, B> = [A, B];
/** Fails to compile when there is any. */
type None<T extends never> = T;

/** Its callbacks, but for the class that calls them, which both sides keep to themselves. */
type Callback<F> = F extends (runner: never, ...rest: infer Rest) => infer Result
  ? (...rest: Rest) => Result
  : never;

/** Written with the class in them. */
type Nominal = "fetch" | "websocket" | "logger";

export type Checks = [
  // Configuration: one of theirs can be given to us, and the other way round.
  Fits<Omit<reference.RunnerConfig, Nominal>, Omit<ours.RunnerConfig, Nominal>>,
  Fits<Omit<ours.RunnerConfig, Nominal>, Omit<reference.RunnerConfig, Nominal>>,
  Fits<Callback<reference.RunnerConfig["fetch"]>, Callback<ours.RunnerConfig["fetch"]>>,
  Fits<Callback<ours.RunnerConfig["fetch"]>, Callback<reference.RunnerConfig["fetch"]>>,
  Fits<Callback<reference.RunnerConfig["websocket"]>, Callback<ours.RunnerConfig["websocket"]>>,
  Fits<NonNullable<reference.RunnerConfig["logger"]>, ours.Logger>,
  Fits<reference.ActorConfig, ours.ActorConfig>,
  Fits<ours.ActorConfig, reference.ActorConfig>,
  Fits<reference.HibernatingWebSocketMetadata, ours.HibernatingWebSocketMetadata>,
  Fits<ours.HibernatingWebSocketMetadata, reference.HibernatingWebSocketMetadata>,
  Fits<reference.KvListOptions, ours.KvListOptions>,
  Fits<ours.KvListOptions, reference.KvListOptions>,

  // Every method and getter is there, and can be called and read as theirs.
  None<Exclude<keyof reference.Runner, keyof ours.Runner>>,
  Fits<Pick<ours.Runner, SameMethods>, Pick<reference.Runner, SameMethods>>,
  Fits<ours.Runner["runnerId"], reference.Runner["runnerId"]>,
  Fits<Parameters<reference.Runner["shutdown"]>, Parameters<ours.Runner["shutdown"]>>,
  Fits<typeof ours.idToStr, typeof reference.idToStr>,
  Fits<typeof ours.RunnerShutdownError, typeof reference.RunnerShutdownError>,

  // What an actor shows: all that theirs has, but for what only their runner itself writes.
  None<Exclude<keyof reference.RunnerActor, keyof ours.RunnerActor | Internal>>,
  Fits<Pick<ours.RunnerActor, SameFields>, Pick<reference.RunnerActor, SameFields>>,
];

type SameMethods = Exclude<
  keyof reference.Runner,
  // They name their own classes, or `ws`, or the wire's shapes.
  | "config"
  | "log"
  | "actors"
  | "getActor"
  | "getAndWaitForActor"
  | "getPegboardWebSocketIfReady"
  // A field there, a getter here.
  | "runnerId"
>;

type SameFields =
  | "actorId"
  | "generation"
  | "config"
  | "hibernatingRequests"
  | "hibernationRestored"
  | "stopIntentSent";

type Internal =
  | "lastCommandIdx"
  | "nextEventIdx"
  | "eventHistory"
  | "createPendingRequest"
  | "createPendingRequestWithStreamController"
  | "deletePendingRequest"
  | "setWebSocket"
  | "deleteWebSocket"
  | "handleAckEvents"
  | "recordEvent";

Deno.test("the door has every name that the reference exports, and its Runner every method", () => {
  const missing = (theirs: object, own: object) =>
    Object.getOwnPropertyNames(theirs).filter((name) => !(name in own));
  assertEquals(missing(reference, ours), []);
  // A field of each instance here.
  assertEquals(missing(reference.Runner.prototype, ours.Runner.prototype), ["config"]);
});
