import * as v from "valibot";

/** How the text of a variable is read, and what is wanted of it in words. */
export interface Kind<T> {
  readonly schema: v.GenericSchema<string, T>;
  readonly wanted: string;
  /** The value as a person would write it into the variable. */
  show(value: T): string;
}

function kind<T>(
  wanted: string,
  schema: v.GenericSchema<string, T>,
  show: (value: T) => string = String,
): Kind<T> {
  return { schema, wanted, show };
}

export function integer(min: number, max: number, unit = ""): Kind<number> {
  return kind(
    `a whole number${unit === "" ? "" : ` of ${unit}`} from ${min} to ${max}`,
    v.pipe(
      v.string(),
      v.regex(/^[0-9]{1,16}$/),
      v.transform(Number),
      v.minValue(min),
      v.maxValue(max),
    ),
  );
}

/** A part of a whole: more than 0 and at most 1. */
export function share(): Kind<number> {
  return kind(
    "a number above 0, at most 1",
    v.pipe(
      v.string(),
      v.regex(/^[0-9]+(?:\.[0-9]+)?$/),
      v.transform(Number),
      v.gtValue(0),
      v.maxValue(1),
    ),
  );
}
export function oneOf<const T extends string>(values: readonly T[]): Kind<T> {
  return kind(`one of ${values.join(", ")}`, v.picklist(values));
}

export function oneOfNumbers<const T extends number>(values: readonly T[]): Kind<T> {
  const isOne = (value: number): value is T => (values as readonly number[]).includes(value);
  return kind(
    `one of ${values.join(", ")}`,
    v.pipe(v.string(), v.regex(/^[0-9]{1,9}$/), v.transform(Number), v.guard(isOne)),
  );
}

/** Yes or no. */
export function flag(): Kind<boolean> {
  const wanted = ["1", "true", "0", "false"] as const;
  return kind(
    `one of ${wanted.join(", ")}`,
    v.pipe(v.picklist(wanted), v.transform((text) => text === "1" || text === "true")),
    (value) => value ? "1" : "0",
  );
}

/** A TCP port. 0 asks for any free one. */
export function port(): Kind<number> {
  return { ...integer(0, 65_535), wanted: "a port from 0 to 65535, 0 for any free one" };
}

/** What a listener can be bound to. */
export function address(): Kind<string> {
  return kind(
    "a host name or an IP address, without port or brackets",
    v.pipe(v.string(), v.regex(/^[A-Za-z0-9._:-]+$/)),
  );
}

export function path(): Kind<string> {
  return kind("a path", v.pipe(v.string(), v.minLength(1)));
}

/** A name as it stands in addresses and on the wire. */
export function name(): Kind<string> {
  return kind(
    "1 to 64 of A–Z, a–z, 0–9, _ and -",
    v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/)),
  );
}

/** A gateway's or engine's base address. */
export function endpoint(): Kind<string> {
  const isEndpoint = (text: string): boolean => {
    if (!URL.canParse(text)) return false;
    const url = new URL(text);
    const isPlain = url.username === "" && url.password === "" && url.search === "" &&
      url.hash === "";
    return ["http:", "https:", "ws:", "wss:"].includes(url.protocol) && isPlain;
  };
  return kind(
    "an http, https, ws or wss address without credentials or query",
    v.pipe(v.string(), v.check(isEndpoint), v.transform((text) => text.replace(/\/+$/, ""))),
  );
}

/** A secret that goes into headers, cookies and WebSocket subprotocols as it is. */
export function token(minLength: number): Kind<string> {
  return kind(
    `${minLength} characters or more of A–Z, a–z, 0–9, ., _, ~ and -`,
    v.pipe(v.string(), v.minLength(minLength), v.regex(/^[A-Za-z0-9._~-]+$/)),
  );
}

/** Values between commas. */
export function list(wanted: string, item: RegExp): Kind<readonly string[]> {
  const split = (text: string): string[] => text.split(",").map((part) => part.trim());
  return kind(
    wanted,
    v.pipe(v.string(), v.transform(split), v.array(v.pipe(v.string(), v.regex(item)))),
    (values) => values.join(","),
  );
}

/** A variable that may be left out. */
export function optional<T>(inner: Kind<T>): Kind<T | null> {
  return {
    schema: inner.schema,
    wanted: inner.wanted,
    show: (value) => value === null ? "" : inner.show(value),
  };
}
