/**
 * A server whose memory is weighed: started with `--expose-gc`, it collects when a GET of `weightUrl`
 * comes, and answers with its {@link Weight}. Prints where it is.
 *
 * Arguments: what it is ("bare", "gateway", "runner" or "all"); its {@link WeighedOptions} as JSON; for
 * a runner alone its gateway's URL.
 */
import { actors } from "@/actors/mod.ts";
import type { GatewayOptions } from "@/lib/gateway/options.ts";
import type { RunnerOptions } from "@/lib/runner/mod.ts";
import { socketUrl } from "./embedded.ts";
import { type Lives, startProgram } from "./program.ts";

/** Bytes, after two full collections. */
export interface Weight {
  readonly heapUsed: number;
  readonly external: number;
  readonly rss: number;
  /** Actors in this process's memory. */
  readonly awake: number;
}

export interface WeighedOptions {
  readonly gateway: Partial<GatewayOptions>;
  readonly runner: Partial<RunnerOptions>;
}

export interface WeighedReady {
  /** Where a key can be added; `null` for a runner. */
  readonly url: string | null;
  /** As a runner needs it; `null` for one without a gateway. */
  readonly gatewayUrl: string | null;
  readonly weightUrl: string;
}

/**
 * Each second in which something happens is a step of the history. While sockets are opened that is
 * every second: it would count as theirs.
 */
const SHORT_HISTORY = { windowSeconds: 1, historySeconds: 1, historyStepSeconds: 1 };

const { gc } = globalThis as unknown as { gc(): void };
const [what, options, endpoint] = Deno.args;
const { lives, url, gatewayUrl } = what === "bare" ? serveBare() : await serveDormouse();

const { port } = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
  gc();
  gc();
  const { heapUsed, external, rss } = Deno.memoryUsage();
  const awake = lives.starts - lives.stops;
  return Response.json({ heapUsed, external, rss, awake } satisfies Weight);
}).addr;
const weightUrl = `http://127.0.0.1:${port}`;
console.log(JSON.stringify({ url, gatewayUrl, weightUrl } satisfies WeighedReady));

interface Serving {
  readonly lives: Lives;
  readonly url: string | null;
  readonly gatewayUrl: string | null;
}

/** The lightest that Deno has: handlers that all sockets share. */
function serveBare(): Serving {
  const answer = function (this: WebSocket, { data }: MessageEvent): void {
    this.send(data);
  };
  const { port } = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
    socket.binaryType = "arraybuffer";
    socket.onmessage = answer;
    return response;
  }).addr;
  return {
    lives: { starts: 0, stops: 0 },
    url: `ws://127.0.0.1:${port}/?key=`,
    gatewayUrl: null,
  };
}

async function serveDormouse(): Promise<Serving> {
  const { gateway, runner }: WeighedOptions = JSON.parse(options!);
  const { dormouse, lives } = await startProgram({
    gateway: what !== "runner",
    gatewayOptions: gateway,
    inspectLimits: SHORT_HISTORY,
    ...(what !== "gateway" && {
      runner: {
        definitions: actors,
        totalSlots: 100_000,
        options: runner,
        ...(endpoint !== undefined && { endpoint }),
      },
    }),
  });
  const { gatewayUrl } = dormouse;
  const url = gatewayUrl === null ? null : `${socketUrl(dormouse, "echo")}&rvt-key=`;
  return { lives, url, gatewayUrl };
}
