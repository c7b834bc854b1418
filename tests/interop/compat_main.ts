/** The probe on Dormouse's stand-in for the reference runner, in a process of its own. */
import { Runner } from "../../lib/compat/engine_runner.ts";
import { runProgram } from "./reference_program.ts";

await runProgram(Runner);
