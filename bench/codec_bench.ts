/**
 * Our codec beside the code that is generated from the schema.
 * Run with `deno bench --allow-env=NODE_ENV bench/codec_bench.ts`.
 */
import {
  decodeToServer,
  encodeToServer,
  gatewayId,
  messageIndex,
  requestId,
  type ToServer,
} from "@/lib/protocol/mod.ts";
import { GENERATED } from "@/tests/protocol/generated_codecs.ts";
import { toServerShape } from "@/tests/protocol/shapes.ts";

const messageId = {
  gatewayId: gatewayId(0xbf902de7),
  requestId: requestId(0xc0ad46c2),
  messageIndex: messageIndex(1),
};

function message(length: number): ToServer {
  const data = new Uint8Array(length).fill(1);
  const body = { kind: "webSocketMessage", data, binary: true } as const;
  return { kind: "tunnel", messageId, body };
}

const ack: ToServer = {
  kind: "tunnel",
  messageId,
  body: { kind: "webSocketMessageAck", index: messageIndex(7) },
};

const response: ToServer = {
  kind: "tunnel",
  messageId,
  body: {
    kind: "responseStart",
    status: 200,
    headers: new Map([["content-type", "application/json"], ["content-length", "13"]]),
    body: new TextEncoder().encode('{"count":123}'),
    stream: false,
  },
};

compare("64 B", message(64));
compare("16 KiB", message(16_384));
compare("ack", ack);
compare("response", response);

function compare(name: string, value: ToServer): void {
  const frame = encodeToServer(value, 7);
  const generated = GENERATED[7].toServer;
  const shape = toServerShape(value, 7);
  const encode = `encode ${name}`;
  const decode = `decode ${name}`;
  Deno.bench(`${encode}, by hand`, { group: encode, baseline: true }, () => {
    encodeToServer(value, 7);
  });
  Deno.bench(`${encode}, generated`, { group: encode }, () => {
    generated.encode(shape);
  });
  Deno.bench(`${decode}, by hand`, { group: decode, baseline: true }, () => {
    decodeToServer(frame, 7);
  });
  Deno.bench(`${decode}, generated`, { group: decode }, () => {
    generated.decode(frame);
  });
}
