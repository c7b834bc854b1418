import type { InspectLimits } from "../limits.ts";
import type { Inspected } from "../inspected.ts";
import type { LogResource, Look, Resource, TableResource, ValueResource } from "./resource.ts";

/** One message to whoever watches; `data` is JSON, of an object with the `topic` it belongs to. */
export interface Told {
  readonly event: "value" | "rows" | "changes" | "entries";
  readonly data: string;
}

/** Tells of one resource, each time what is new since it told last; `null` when nothing is. */
export interface Telling {
  next(): Promise<Told | null>;
}

/** What is watched: a resource as it was asked for, and how its messages are told from others'. */
export interface Topic {
  readonly resource: Resource;
  readonly look: Look;
  /** Its address, with the query, as the watcher wrote it. */
  readonly name: string;
  /** Where a log goes on: after the entry that its watcher had last, `${instance}-${id}`. */
  readonly after: string | null;
}

export function tellingOf(topic: Topic): Telling {
  const { resource, look } = topic;
  switch (resource.kind) {
    case "value":
      return valueTelling(topic.name, resource, look);
    case "table":
      return tableTelling(topic.name, resource, look);
    case "log":
      return logTelling(topic, resource, look);
  }
}

/** What a resource answers to who asks once. */
export async function answerOf(resource: Resource, look: Look): Promise<object> {
  const { inspected } = look;
  const head = { ts: inspected.host.epoch(), instance: inspected.instance };
  switch (resource.kind) {
    case "value":
      return await resource.read(look) as object;
    case "table": {
      const { rows, inAll } = await resource.read(look);
      return { ...head, inAll, rows };
    }
    case "log": {
      const { lastId, forgotten, rows } = resource.read(look, 0, mostOf(look, inspected.limits));
      return { ...head, lastId, forgotten, rows };
    }
  }
}

function valueTelling(topic: string, resource: ValueResource, look: Look): Telling {
  let told = "";
  return {
    next: async () => {
      const value = JSON.stringify(await resource.read(look));
      if (value === told) return null;
      told = value;
      return { event: "value", data: message(topic, look.inspected, `"value":${value}`) };
    },
  };
}

/** The table as it is, then rows that came or changed, and the names of those that went. */
function tableTelling(topic: string, resource: TableResource, look: Look): Telling {
  let told: Map<string, string> | null = null;
  let toldInAll = -1;
  return {
    next: async () => {
      const { rows, inAll } = await resource.read(look);
      const now = new Map<string, string>();
      for (const row of rows) {
        now.set(String((row as Record<string, unknown>)[resource.key]), JSON.stringify(row));
      }
      const before = told;
      const sameInAll = toldInAll === inAll;
      told = now;
      toldInAll = inAll;
      if (before === null) {
        return {
          event: "rows",
          data: message(
            topic,
            look.inspected,
            `"inAll":${inAll},"rows":[${[...now.values()].join()}]`,
          ),
        };
      }
      const put = [...now].filter(([key, row]) => before.get(key) !== row).map(([, row]) => row);
      const gone = [...before.keys()].filter((key) => !now.has(key));
      if (put.length === 0 && gone.length === 0 && sameInAll) return null;
      const changes = `"inAll":${inAll},"put":[${put.join()}],"gone":${JSON.stringify(gone)}`;
      return { event: "changes", data: message(topic, look.inspected, changes) };
    },
  };
}

/** Entries, newest first. A watcher that comes back has what it missed, or is told how much. */
function logTelling({ name, after }: Topic, resource: LogResource, look: Look): Telling {
  const { inspected } = look;
  const most = mostOf(look, inspected.limits);
  const [, instance, id] = /^(.*)-(\d+)$/.exec(after ?? "") ?? [];
  let lastId = instance === inspected.instance ? Number(id) : 0;
  let first = true;
  return {
    // deno-lint-ignore require-await
    next: async () => {
      const entries = resource.read(look, lastId, most);
      if (entries.lastId === lastId && !first) return null;
      // Those between what was told and the oldest that is kept, or that is told now.
      const oldest = entries.rows.at(-1)?.id ?? entries.lastId + 1;
      const missed = first && after === null
        ? 0
        : entries.missed ?? Math.max(0, oldest - 1 - lastId);
      first = false;
      lastId = entries.lastId;
      const rows = entries.rows.map((row) => JSON.stringify(row)).join();
      const body = `"lastId":${lastId},"missed":${missed},"rows":[${rows}]`;
      return { event: "entries", data: message(name, inspected, body) };
    },
  };
}

function message(topic: string, { host, instance }: Inspected, body: string): string {
  return `{"topic":${JSON.stringify(topic)},"ts":${host.epoch()},"instance":"${instance}",${body}}`;
}

function mostOf({ query }: Look, limits: InspectLimits): number {
  const { limit } = query as { readonly limit?: number };
  return limit ?? limits.rows;
}
