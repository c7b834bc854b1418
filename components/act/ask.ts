import type { ActAnswer } from "../../lib/inspect/mod.ts";

/** Why the server did not do it, in its own words. */
export class ActError extends Error {}

/** Asks for an action at its address, with what it wants in its body. Throws an {@link ActError}. */
export async function ask(
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<ActAnswer> {
  let response: Response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json", "x-dormouse-action": "1" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new ActError("The server does not answer");
  }
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer as ActAnswer;
  throw new ActError(answer?.message ?? `The server answered with status ${response.status}`);
}
