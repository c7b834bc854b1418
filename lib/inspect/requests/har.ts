import type { HarOptions } from "../capture/export.ts";
import type { RequestContent, RequestInspection, RequestSide } from "./request_inspection.ts";

/** One request as an HTTP archive 1.2. Times are in milliseconds, −1 where they are not known. */
export function asRequestHar(
  inspection: RequestInspection,
  { request, response }: RequestContent,
  { gatewayUrl, version }: HarOptions,
): object {
  const { actorId, method, path, startedTs, durationMs, sentMs, answeredMs, status } = inspection;
  const url = `${gatewayUrl}/gateway/${actorId}${path}`;
  const total = durationMs ?? -1;
  const entry = {
    startedDateTime: new Date(startedTs).toISOString(),
    time: Math.max(0, total),
    request: {
      method,
      url,
      ...common(request),
      queryString: [...new URL(url).searchParams].map(([name, value]) => ({ name, value })),
      ...(request.text !== null && {
        postData: { mimeType: typeOf(request), text: request.text },
      }),
    },
    response: {
      status: status ?? 0,
      statusText: "",
      ...common(response),
      content: {
        size: response?.bytes ?? 0,
        mimeType: typeOf(response),
        ...bodyOf(response),
      },
      redirectURL: "",
    },
    cache: {},
    timings: {
      send: sentMs ?? -1,
      wait: answeredMs === null ? -1 : answeredMs - (sentMs ?? 0),
      receive: answeredMs === null || durationMs === null ? -1 : durationMs - answeredMs,
    },
  };
  return { log: { version: "1.2", creator: { name: "Dormouse", version }, entries: [entry] } };
}

function common(side: RequestSide | null) {
  return {
    httpVersion: "HTTP/1.1",
    cookies: [],
    headers: side?.headers ?? [],
    headersSize: -1,
    bodySize: side?.bytes ?? -1,
  };
}

function bodyOf(side: RequestSide | null) {
  if (side === null) return {};
  if (side.text !== null) return { text: side.text };
  return side.base64 === null ? {} : { text: side.base64, encoding: "base64" };
}

function typeOf(side: RequestSide | null): string {
  const header = side?.headers.find(({ name }) => name.toLowerCase() === "content-type");
  return header?.value ?? "x-unknown";
}
