import type { AppState } from "../app_state.ts";
import { mustSee } from "./look.ts";
import { asHar, asNdjson, capturedOf } from "../lib/inspect/mod.ts";

/** Throws a `GatewayError` when there is no such socket. */
export function exportedHar(state: AppState, socketId: string): Response {
  mustSee(state, "payload");
  const { inspector, config } = state;
  const { capture } = inspector.inspected;
  const captured = capturedOf(inspector.inspected, socketId);
  const har = asHar(capture, captured, { gatewayUrl: config.gateway.url, version: config.version });
  return new Response(JSON.stringify(har), attached("application/json", `${socketId}.har`));
}

/** The same as JSON, a message a line. */
export function exportedNdjson(state: AppState, socketId: string): Response {
  mustSee(state, "payload");
  const { inspector } = state;
  const lines = asNdjson(inspector.inspected.capture, capturedOf(inspector.inspected, socketId));
  return new Response(
    ReadableStream.from(lines).pipeThrough(new TextEncoderStream()),
    attached("application/x-ndjson", `${socketId}.ndjson`),
  );
}

function attached(type: string, name: string): ResponseInit {
  return {
    headers: {
      "content-type": type,
      "content-disposition": `attachment; filename="socket-${name}"`,
    },
  };
}
