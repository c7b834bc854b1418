import type { AppState } from "../app_state.ts";
import { mustSee } from "./look.ts";
import {
  asHar,
  asNdjson,
  asRequestHar,
  capturedOf,
  requestContent,
  requestInspection,
} from "../lib/inspect/mod.ts";

/** Throws a `GatewayError` when there is no such socket. */
export function exportedHar(state: AppState, socketId: string): Response {
  mustSee(state, "payload");
  const { inspector, config } = state;
  const { capture } = inspector.inspected;
  const captured = capturedOf(inspector.inspected, socketId);
  const har = asHar(capture, captured, { gatewayUrl: config.gateway.url, version: config.version });
  return new Response(JSON.stringify(har), attached("application/json", `socket-${socketId}.har`));
}

/** Throws a `GatewayError` when there is no such request, or it was not captured. */
export function exportedRequestHar(state: AppState, requestId: string): Response {
  mustSee(state, "payload");
  const { inspector: { inspected }, config } = state;
  const har = asRequestHar(
    requestInspection(inspected, requestId),
    requestContent(inspected, requestId),
    { gatewayUrl: config.gateway.url, version: config.version },
  );
  return new Response(
    JSON.stringify(har),
    attached("application/json", `request-${requestId}.har`),
  );
}

/** A socket's messages as JSON, a message a line. */
export function exportedNdjson(state: AppState, socketId: string): Response {
  mustSee(state, "payload");
  const { inspector } = state;
  const lines = asNdjson(inspector.inspected.capture, capturedOf(inspector.inspected, socketId));
  return new Response(
    ReadableStream.from(lines).pipeThrough(new TextEncoderStream()),
    attached("application/x-ndjson", `socket-${socketId}.ndjson`),
  );
}

function attached(type: string, name: string): ResponseInit {
  return {
    headers: {
      "content-type": type,
      "content-disposition": `attachment; filename="${name}"`,
    },
  };
}
