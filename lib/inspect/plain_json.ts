/** Deeper than any state that a person reads. What is deeper is named, not shown. */
const MOST_LEVELS = 100;

/**
 * A value as JSON can write it. What JSON does not have becomes an object with one member that names
 * its kind: `{"$Map": [[key, value]]}`, `$Set`, `$Date`, `$bigint`, `$bytes` (base64), `$number`
 * (NaN, Infinity, -0), `$undefined`, `$URL`, `$RegExp`. An object that stands in several places is shown in the first;
 * in the others `{"$ref": "$.path"}` says where that is.
 */
export function plainJson(value: unknown): unknown {
  return plain(value, null, "", new Map());
}

/** Where a value stands: what it is in, and under which name. Made a path when one is asked for. */
interface Place {
  readonly within: Place | null;
  readonly at: string | number;
  readonly level: number;
}

type Seen = Map<object, Place>;

function plain(value: unknown, within: Place | null, at: string | number, seen: Seen): unknown {
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
      return value === null ? null : plainObject(value, within, at, seen);
    default:
      return { $unknown: typeof value };
  }
}

function plainObject(
  value: object,
  within: Place | null,
  at: string | number,
  seen: Seen,
): unknown {
  if (value instanceof Date) {
    return { $Date: Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString() };
  }
  const first = seen.get(value);
  if (first !== undefined) return { $ref: pathOf(first) };
  const place: Place = { within, at, level: within === null ? 0 : within.level + 1 };
  if (place.level >= MOST_LEVELS) return { $deeper: pathOf(place) };
  seen.set(value, place);
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (let i = 0; i < value.length; i++) {
      items.push(i in value ? plain(value[i], place, i, seen) : { $hole: true });
    }
    return items;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return special(value, place, seen);
  const members: [string, unknown][] = [];
  for (const name of Object.keys(value)) {
    members.push([name, plain((value as Record<string, unknown>)[name], place, name, seen)]);
  }
  // A member may be called `__proto__`.
  return Object.fromEntries(members);
}

function special(value: object, place: Place, seen: Seen): unknown {
  if (value instanceof Map) {
    return {
      $Map: [...value].map(([key, one], i) => [
        plain(key, place, `key${i}`, seen),
        plain(one, place, `value${i}`, seen),
      ]),
    };
  }
  if (value instanceof Set) return { $Set: [...value].map((one, i) => plain(one, place, i, seen)) };
  if (value instanceof ArrayBuffer) return { $bytes: new Uint8Array(value).toBase64() };
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteOffset, byteLength } = value;
    return { $bytes: new Uint8Array(buffer, byteOffset, byteLength).toBase64() };
  }
  return { [`$${value.constructor.name}`]: String(value) };
}

/** `$.list[3].name` */
function pathOf({ within, at }: Place): string {
  if (within === null) return "$";
  const path = pathOf(within);
  if (typeof at === "number") return `${path}[${at}]`;
  return /^[A-Za-z_]\w*$/.test(at) ? `${path}.${at}` : `${path}[${JSON.stringify(at)}]`;
}
