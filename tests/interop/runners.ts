import { programRunner, type RunnerKind } from "./runner_side.ts";

export const dormouseRunner = programRunner("Dormouse", "dormouse_program.ts");
export const referenceRunner = programRunner("engine-runner 2.2.1", "reference_main.ts");

export const compatRunner = programRunner("compat Runner", "compat_main.ts");

/** Every runner that the suite plays on. */
export const RUNNERS: readonly RunnerKind[] = [dormouseRunner, referenceRunner, compatRunner];
