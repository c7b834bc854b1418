/**
 * Stands where a value would, when it is the other end of the tunnel that knows it. Not a dash: that
 * there is none, and that it is not known, are different things.
 */
export function NotHere({ who = "gateway" }: {
  /** Who would know. */
  who?: "gateway" | "runner";
}) {
  return (
    <abbr
      class="text-muted text-xs font-normal italic no-underline"
      title={who === "gateway"
        ? "Only the gateway knows: this page is seen from the runner"
        : "Only its runner knows, and that is in another process"}
      data-testid="not-here"
    >
      not here
    </abbr>
  );
}
