/** The program of the reference runner, unchanged, on Dormouse's class of the same name. */
import { Runner } from "../../lib/compat/engine_runner.ts";
import { runProgram } from "./reference_program.ts";

await runProgram(Runner);
