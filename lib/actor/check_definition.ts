import type { ActorDefinition, ActorOutput } from "./definition.ts";
import { ActorError } from "./errors.ts";

const OUTPUTS: readonly unknown[] = ["committed", "immediate"] satisfies ActorOutput[];

/** Throws an `ActorError` `actor.definition_invalid`: the field, its value and what is wanted. */
export function checkDefinition({ output }: Pick<ActorDefinition, "output">): void {
  if (output === undefined || OUTPUTS.includes(output)) return;
  const wanted = OUTPUTS.map((value) => `"${value}"`).join(" or ");
  throw new ActorError(
    "actor.definition_invalid",
    `output is ${JSON.stringify(output)}, ${wanted} is wanted`,
  );
}
