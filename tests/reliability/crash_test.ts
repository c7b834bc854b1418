import { dormouseGateway } from "../interop/dormouse_gateway.ts";
import { crash } from "./crash.ts";
import { assertExact } from "./outcome.ts";

Deno.test("counts stay exact while runner processes are killed under load", async () => {
  assertExact(
    await crash({
      gateway: dormouseGateway,
      kills: 10,
      seed: 1,
      actors: 6,
      socketsEach: 3,
      rate: 400,
      runnerLostMs: 500,
      calmShare: 0.3,
      verifyEvery: 5,
      settleMs: 20_000,
    }),
  );
});
