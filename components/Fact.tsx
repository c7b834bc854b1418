import type { ComponentChildren } from "preact";

export interface FactProps {
  readonly name: string;
  readonly help?: string | undefined;
  readonly children: ComponentChildren;
}

/** One thing that is known of something, in a list of terms. */
export function Fact({ name, help, children }: FactProps) {
  return (
    <div class="min-w-0">
      <dt class="text-muted text-xs" title={help}>{name}</dt>
      <dd class="numbers truncate font-medium">{children}</dd>
    </div>
  );
}
