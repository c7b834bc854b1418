/** Deeper than any state that a person reads. What is deeper is named, not shown. */
const MOST_LEVELS = 100;

/**
 * A value as JSON can write it. What JSON does not have becomes an object with one member that names
 * its kind: `{"$Map": [[key, value]]}`, `$Set`, `$Date`, `$bigint`, `$bytes` (base64), `$number`
 * (NaN, Infinity, -0), `$undefined`, `$URL`, `$RegExp`. An object that stands in several places is shown in the first;
 * in the others `{"$ref": "$.path"}` says where that is.
 */
export function plainJson(value: unknown): unknown {
  return plain(value, "$", 0, new Map());
}

function plain(value: unknown, path: string, level: number, seen: Map<object, string>): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $number: Object.is(value, -0) ? "-0" : String(value) };
    case "bigint":
      return { $bigint: String(value) };
    case "undefined":
      return { $undefined: true };
    case "object":
      return value === null ? null : plainObject(value, path, level, seen);
    default:
      return { $unknown: typeof value };
  }
}

function plainObject(
  value: object,
  path: string,
  level: number,
  seen: Map<object, string>,
): unknown {
  const first = seen.get(value);
  if (first !== undefined) return { $ref: first };
  if (level >= MOST_LEVELS) return { $deeper: path };
  seen.set(value, path);
  const inner = (one: unknown, at: string): unknown => plain(one, `${path}${at}`, level + 1, seen);
  if (Array.isArray(value)) {
    // A hole is shown as one.
    return Array.from(value, (one, i) => i in value ? inner(one, `[${i}]`) : { $hole: true });
  }
  if (value instanceof Map) {
    return {
      $Map: [...value].map(([key, one], i) => [inner(key, `.key${i}`), inner(one, `.value${i}`)]),
    };
  }
  if (value instanceof Set) return { $Set: [...value].map((one, i) => inner(one, `[${i}]`)) };
  if (value instanceof Date) {
    return { $Date: Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString() };
  }
  if (value instanceof ArrayBuffer) return { $bytes: new Uint8Array(value).toBase64() };
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteOffset, byteLength } = value;
    return { $bytes: new Uint8Array(buffer, byteOffset, byteLength).toBase64() };
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) {
    return { [`$${value.constructor.name}`]: String(value) };
  }
  const entries = Object.entries(value).map(([name, one]) => [name, inner(one, nameIn(name))]);
  return Object.fromEntries(entries);
}

function nameIn(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
