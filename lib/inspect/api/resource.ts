import type * as v from "valibot";
import type { Inspected } from "../inspected.ts";

/** What a caller must be allowed to see something: payloads are the users' own data. */
export type Sight = "view" | "payload";

/** The named parts of a path, decoded: of `/api/actors/{actorId}` it is `actorId`. */
export type Parts = Readonly<Record<string, string>>;

/** Known parameters, each given once at most; strict, so that a mistyped one is refused. */
export type QuerySchema = v.StrictObjectSchema<v.ObjectEntries, undefined>;

/** One look at a resource: who looks has been let in already, and what was asked is valid. */
export interface Look<Query extends QuerySchema = QuerySchema> {
  readonly inspected: Inspected;
  readonly parts: Parts;
  readonly query: v.InferOutput<Query>;
  /** How much who looks may see. */
  readonly sight: Sight;
}

interface Addressed<Query extends QuerySchema> {
  /** As OpenAPI writes it: `/api/actors/{actorId}`. */
  readonly path: string;
  /** What there is to see, in a sentence. */
  readonly about: string;
  readonly query: Query;
  /** Default: `view`. */
  readonly needs?: Sight;
}

/** One thing, shown whole: it is told again, whole, when it has changed. */
export interface ValueResource<Query extends QuerySchema = QuerySchema> extends Addressed<Query> {
  readonly kind: "value";
  readonly answer: v.GenericSchema;
  /** Throws a {@link GatewayError} when it is not there. */
  read(look: Look<Query>): unknown;
}

/** Things with a name each, in no order that would last: those that have changed are told. */
export interface TableResource<Query extends QuerySchema = QuerySchema> extends Addressed<Query> {
  readonly kind: "table";
  readonly row: v.GenericSchema;
  /** The member of a row that names it. */
  readonly key: string;
  read(look: Look<Query>): Table | Promise<Table>;
}

export interface Table {
  readonly rows: readonly object[];
  /** How many there are, those without a row here included. */
  readonly inAll: number;
}

/** What happened, one after the other: what came after the last one told is told. */
export interface LogResource<Query extends QuerySchema = QuerySchema> extends Addressed<Query> {
  readonly kind: "log";
  /** Has a member `id`, which grows by one from 1. */
  readonly row: v.GenericSchema;
  /**
   * Of a log that is kept only while somebody watches: called when one begins to. What it gives is
   * called when he leaves.
   */
  watch?(look: Look<Query>): () => void;
  read(look: Look<Query>, after: number, most: number): Entries;
}

export interface Entries {
  /** Newest first, each with an id greater than the one that was asked for. */
  readonly rows: readonly { readonly id: number }[];
  /** The id of the newest there ever was, 0 before the first. */
  readonly lastId: number;
  /** Entries up to this id are no longer kept. */
  readonly forgotten: number;
  /** Entries after the one asked for that are not here, where their ids do not tell. */
  readonly missed?: number;
}

export type Resource = ValueResource | TableResource | LogResource;

export function value<Query extends QuerySchema>(
  resource: Omit<ValueResource<Query>, "kind">,
): ValueResource {
  return { kind: "value", ...resource } as unknown as ValueResource;
}

export function table<Query extends QuerySchema>(
  resource: Omit<TableResource<Query>, "kind">,
): TableResource {
  return { kind: "table", ...resource } as unknown as TableResource;
}

export function log<Query extends QuerySchema>(
  resource: Omit<LogResource<Query>, "kind">,
): LogResource {
  return { kind: "log", ...resource } as unknown as LogResource;
}
