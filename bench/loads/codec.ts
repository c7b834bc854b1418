/**
 * One codec doing one thing for a WebSocket message of v7, alone in its process: another one's types
 * would make V8's code for it worse. Argument: a {@link CodecLoad} as JSON.
 */
export interface CodecLoad {
  readonly codec: "ours" | "published" | "generated";
  /** What a runner does with a message: it decodes the client's, and encodes its own. */
  readonly operation: "encode" | "decode";
  readonly payloadBytes: number;
  readonly warmupMs: number;
  readonly measureMs: number;
}

export interface CodecResult {
  readonly nanoseconds: number;
}

/** Between two looks at the clock, which costs as much as an operation does. */
const CHUNK = 256;
const IDS = { gatewayId: 0xbf902de7, requestId: 0xc0ad46c2, messageIndex: 7 } as const;

async function operationOf({ codec, operation, payloadBytes }: CodecLoad): Promise<() => unknown> {
  const data = new Uint8Array(payloadBytes).fill(120);
  if (codec === "ours") {
    const ours = await import("@/lib/protocol/mod.ts");
    const messageId = {
      gatewayId: ours.gatewayId(IDS.gatewayId),
      requestId: ours.requestId(IDS.requestId),
      messageIndex: ours.messageIndex(IDS.messageIndex),
    };
    const body = { kind: "webSocketMessage", data, binary: true } as const;
    const message = { kind: "tunnel", messageId, body } as const;
    if (operation === "encode") return () => ours.encodeToServer(message, 7);
    const frame = ours.encodeToClient(message, 7).slice();
    return () => ours.decodeToClient(frame, 7);
  }
  const theirs = codec === "published"
    ? await import("@rivetkit/engine-runner-protocol")
    : await import("@/tests/protocol/generated/v7.ts");
  const messageId = {
    gatewayId: idBytes(IDS.gatewayId),
    requestId: idBytes(IDS.requestId),
    messageIndex: IDS.messageIndex,
  };
  const val = { data: data.buffer, binary: true };
  if (operation === "encode") {
    const shape = {
      tag: "ToServerTunnelMessage",
      val: { messageId, messageKind: { tag: "ToServerWebSocketMessage", val } },
    } as const;
    return () => theirs.encodeToServer(shape);
  }
  const frame = theirs.encodeToClient({
    tag: "ToClientTunnelMessage",
    val: { messageId, messageKind: { tag: "ToClientWebSocketMessage", val } },
  }).slice();
  return () => theirs.decodeToClient(frame);
}

function idBytes(id: number): ArrayBuffer {
  const bytes = new ArrayBuffer(4);
  new DataView(bytes).setUint32(0, id);
  return bytes;
}

/** Written for each result, so that none is left out as useless or taken apart without being made. */
let kept: unknown;

/** Works for so many milliseconds at the least, and tells what one operation took, in nanoseconds. */
function work(operation: () => unknown, ms: number): number {
  const startedAt = performance.now();
  let operations = 0;
  let elapsed = 0;
  while (elapsed < ms) {
    for (let i = 0; i < CHUNK; i++) kept = operation();
    operations += CHUNK;
    elapsed = performance.now() - startedAt;
  }
  if (kept === undefined) throw new Error("The operation gives nothing");
  return elapsed * 1e6 / operations;
}

if (import.meta.main) {
  const load: CodecLoad = JSON.parse(Deno.args[0]!);
  const operation = await operationOf(load);
  work(operation, load.warmupMs);
  console.log(
    JSON.stringify({ nanoseconds: work(operation, load.measureMs) } satisfies CodecResult),
  );
  Deno.exit(0);
}
