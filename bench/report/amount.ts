import { numberText } from "../text_report.ts";

/** Three digits that say something, for readers: with spaces between thousands, no zeros at the end. */
export function amount(value: number): string {
  const [whole = "", fraction = ""] = numberText(value).split(".");
  const digits = fraction.replace(/0+$/, "");
  return whole.replace(/\B(?=(\d{3})+$)/g, " ") + (digits === "" ? "" : `.${digits}`);
}
