import type { UrlState } from "../page/url_state.ts";

export interface NumberFieldProps {
  readonly url: UrlState;
  /** In the address. */
  readonly id: string;
  readonly label: string;
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

/** A whole number that the address keeps. */
export function NumberField({ url, id, label, fallback, min, max }: NumberFieldProps) {
  return (
    <label class="field w-32">
      {label}
      <input
        class="input"
        type="number"
        required
        {...{ min, max }}
        step="1"
        value={url.get(id) === "" ? fallback : url.get(id)}
        data-testid={`field-${id}`}
        onInput={({ currentTarget: { value } }) => url.set(id, value)}
      />
    </label>
  );
}

/** What the field says; what is no such number is the fallback. */
export function numberOf(
  url: UrlState,
  { id, fallback }: { id: string; fallback: number },
): number {
  const value = url.get(id);
  return /^\d{1,9}$/.test(value) ? Number(value) : fallback;
}
