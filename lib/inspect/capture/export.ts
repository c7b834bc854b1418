import type { Capture } from "./capture.ts";
import type { CapturedSocket } from "./captured_socket.ts";
import { type MessageDetail, messageDetail, messagesOf } from "./messages.ts";

/** The captured messages of a socket, oldest first, each as JSON in a line of its own. */
export function* asNdjson(capture: Capture, socket: CapturedSocket): Generator<string> {
  for (const message of inOrder(capture, socket)) yield `${JSON.stringify(message)}\n`;
}

export interface HarOptions {
  /** Where clients reach the gateway, as `http://127.0.0.1:6420`. */
  readonly gatewayUrl: string;
  /** Of this program. */
  readonly version: string;
}

/**
 * A socket and its captured messages as an HTTP archive 1.2, with the messages where Chrome's
 * developer tools write and read them. Bytes are in base64, times in seconds since 1970.
 */
export function asHar(
  capture: Capture,
  socket: CapturedSocket,
  { gatewayUrl, version }: HarOptions,
): object {
  const url = `${gatewayUrl.replace(/^http/, "ws")}/gateway/${socket.actorId}${socket.path}`;
  const messages = inOrder(capture, socket).map(({ from, kind, ts, text, base64 }) => ({
    type: from === "client" ? "send" : "receive",
    time: ts / 1000,
    opcode: kind === "text" ? 1 : 2,
    data: text ?? base64 ?? "",
  }));
  const protocols = socket.subprotocols?.join(", ");
  const headers = protocols === undefined
    ? []
    : [{ name: "Sec-WebSocket-Protocol", value: protocols }];
  const entry = {
    startedDateTime: new Date(socket.sinceTs).toISOString(),
    time: 0,
    request: {
      method: "GET",
      url,
      httpVersion: "HTTP/1.1",
      cookies: [],
      headers,
      queryString: [...new URL(url).searchParams].map(([name, value]) => ({ name, value })),
      headersSize: -1,
      bodySize: 0,
    },
    response: {
      status: 101,
      statusText: "Switching Protocols",
      httpVersion: "HTTP/1.1",
      cookies: [],
      headers: [],
      content: { size: 0, mimeType: "x-unknown" },
      redirectURL: "",
      headersSize: -1,
      bodySize: -1,
    },
    cache: {},
    timings: { send: 0, wait: 0, receive: 0 },
    _resourceType: "websocket",
    _webSocketMessages: messages,
  };
  return { log: { version: "1.2", creator: { name: "Dormouse", version }, entries: [entry] } };
}

function inOrder(capture: Capture, socket: CapturedSocket): MessageDetail[] {
  return [...messagesOf(socket)].reverse().map((message) => messageDetail(capture, message));
}
