/** How the dashboard writes numbers: short, and never changing width more than needed. */

const UNKNOWN = "—";
const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** 512 B, 1.5 KiB, 128 MiB. `null` is unknown. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) return UNKNOWN;
  let unit = 0;
  let value = bytes;
  while (value >= 1023.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${trimZeros(value.toFixed(digits))} ${BYTE_UNITS[unit]}`;
}

/** 0.08 ms, 4.2 ms, 250 ms, 1.5 s, 2 min. Three digits at most. */
export function formatMs(ms: number | null): string {
  if (ms === null) return UNKNOWN;
  if (ms < 0.995) return `${trimZeros(ms.toFixed(2))} ms`;
  if (ms < 99.5) return `${trimZeros(ms.toFixed(1))} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  return formatAge(ms);
}

/** 0 s, 59 s, 2 min, 3 h, 5 d: the greatest unit only. */
export function formatAge(ms: number | null): string {
  if (ms === null) return UNKNOWN;
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 10 && ms >= 1000) return `${trimZeros((Math.floor(ms / 100) / 10).toFixed(1))} s`;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

/** 0.02 h, 1.5 h, 38.2 h, 1 234 h: added up they are many, so no greater unit. */
export function formatHours(hours: number): string {
  const digits = hours < 9.995 ? 2 : hours < 99.95 ? 1 : 0;
  if (digits === 0) return `${formatCount(Math.round(hours))} h`;
  return `${trimZeros(hours.toFixed(digits))} h`;
}

/** A message index, or that it is not known here. */
export function formatIndex(index: number | null): string {
  return index === null ? UNKNOWN : String(index);
}

/** 1234567 as 1 234 567, with spaces that do not break. */
export function formatCount(count: number | null): string {
  return count === null ? UNKNOWN : String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** 0, 0.2, 4.5, 1 234: a count that need not be whole. */
export function formatRate(rate: number | null): string {
  if (rate === null || rate >= 9.95) return formatCount(rate && Math.round(rate));
  return trimZeros(rate.toFixed(rate < 0.095 ? 2 : 1));
}

/** "1 socket", "2 sockets". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** 14:03:07 in UTC on the server; the reader's own time once the page lives. */
export function formatClock(ts: number, zone?: "UTC"): string {
  return new Date(ts).toLocaleTimeString("en-GB", zone === undefined ? {} : { timeZone: zone });
}

/** An actor as people speak of it: name and key. */
export function formatActor(name: string, key: string | null): string {
  return key === null ? name : `${name}/${key}`;
}

/** The end of an id, where ids of one time differ most. */
export function shortId(id: string): string {
  return id.length <= 8 ? id : `…${id.slice(-7)}`;
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
