/** The probe on the reference runner, in a process of its own. */
import { Runner } from "@rivetkit/engine-runner";
import { runProgram } from "./reference_program.ts";

await runProgram(Runner);
