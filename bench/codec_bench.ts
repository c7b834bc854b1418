/**
 * The hand-written codec of the hot messages beside the generated code.
 * Run with `deno bench --allow-env=NODE_ENV bench/codec_bench.ts`.
 */
import * as shapes from "@/lib/protocol/encode_v7.ts";
import * as generated from "@/lib/protocol/generated/v7.ts";
import {
  decodeToServer,
  encodeToServer,
  gatewayId,
  messageIndex,
  requestId,
  type ToServer,
} from "@/lib/protocol/mod.ts";

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

compare("64 B", message(64));
compare("16 KiB", message(16_384));
compare("ack", ack);

function compare(name: string, value: ToServer): void {
  const frame = encodeToServer(value, 7);
  const shape = shapes.toServer(value);
  const encode = `encode ${name}`;
  const decode = `decode ${name}`;
  Deno.bench(`${encode}, by hand`, { group: encode, baseline: true }, () => {
    encodeToServer(value, 7);
  });
  Deno.bench(`${encode}, generated`, { group: encode }, () => {
    generated.encodeToServer(shape);
  });
  Deno.bench(`${decode}, by hand`, { group: decode, baseline: true }, () => {
    decodeToServer(frame, 7);
  });
  Deno.bench(`${decode}, generated`, { group: decode }, () => {
    generated.decodeToServer(frame);
  });
}
