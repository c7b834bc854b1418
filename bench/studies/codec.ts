import type { CodecLoad, CodecResult } from "../loads/codec.ts";
import { load } from "../process.ts";
import type { Study } from "../study.ts";

const SIZES = [
  { name: "64 B", payloadBytes: 64 },
  { name: "1 KiB", payloadBytes: 1_024 },
  { name: "16 KiB", payloadBytes: 16_384 },
  { name: "64 KiB", payloadBytes: 65_536 },
] as const;

const CODECS = [
  { name: "@rivetkit/engine-runner-protocol", codec: "published" },
  { name: "generated from our schema", codec: "generated" },
  { name: "Dormouse", codec: "ours" },
] as const;

export const codec: Study = {
  name: "codec",
  title: "A WebSocket message of v7, as a runner encodes its own and decodes a client's",
  async run(bench) {
    for (const { name: size, payloadBytes } of SIZES) {
      for (const operation of ["encode", "decode"] as const) {
        for (let round = 0; round < bench.rounds; round++) {
          for (const { name, codec } of CODECS) {
            const { nanoseconds } = await load<CodecResult>(
              "codec.ts",
              {
                codec,
                operation,
                payloadBytes,
                warmupMs: bench.isTrial ? 100 : 1_000,
                measureMs: bench.isTrial ? 100 : 500,
              } satisfies CodecLoad,
            );
            bench.record({ case: size, contender: name }, { [`${operation} ns`]: nanoseconds });
          }
        }
      }
      bench.log(`${size}: done`);
    }
  },
};
