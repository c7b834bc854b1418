/** What a runner says of itself in JSON; `null` when it says nothing, or nonsense. */
export function parseMetadata(json: string | null): unknown {
  try {
    return json === null ? null : JSON.parse(json);
  } catch {
    return null;
  }
}
