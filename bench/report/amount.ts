/** A measured number for readers: three digits, as more are noise, with spaces between thousands. */
export function amount(value: number): string {
  if (!Number.isFinite(value)) return "-";
  const [whole = "", ...fraction] = String(Number(value.toPrecision(3))).split(".");
  return [whole.replace(/\B(?=(\d{3})+$)/g, " "), ...fraction].join(".");
}
