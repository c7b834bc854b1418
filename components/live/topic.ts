import { type ReadonlySignal, type Signal, signal } from "@preact/signals";

/** What a page watches: what it knows of it, and how a message changes that. */
export interface Topic<Known = unknown> {
  /** The address, with the query, under which the server knows it. */
  readonly name: string;
  readonly known: ReadonlySignal<Known>;
  /** Why it is no longer told, in the server's words. */
  readonly refusal: Signal<string | null>;
  /** Takes a message of the server's. */
  take(event: string, message: Message): void;
  /** Where a new connection goes on: `name`, and for a log after which entry. */
  resume(): string;
}

/** What every message of a topic has, next to what its event brings. */
export interface Message {
  readonly topic: string;
  readonly ts: number;
  readonly instance: string;
  readonly [member: string]: unknown;
}

/** One thing, whole. */
export function valueTopic<Value>(name: string, first: Value): Topic<Value> {
  const known = signal(first);
  return {
    name,
    known,
    refusal: signal(null),
    take: (_event, message) => void (known.value = message.value as Value),
    resume: () => name,
  };
}

/** What a table answers, at first and after each change. */
export interface TableOf<Row> {
  readonly rows: readonly Row[];
  readonly inAll: number;
}

/** Rows by their names. Each connection begins with all of them: nothing is missed. */
export function tableTopic<Row extends object>(
  name: string,
  key: keyof Row & string,
  first: TableOf<Row>,
): Topic<TableOf<Row>> {
  const known = signal(first);
  let rows = new Map(first.rows.map((row) => [row[key] as unknown, row]));
  return {
    name,
    known,
    refusal: signal(null),
    take: (event, message) => {
      if (event === "rows") {
        rows = new Map((message.rows as Row[]).map((row) => [row[key], row]));
      } else {
        for (const gone of message.gone as unknown[]) rows.delete(nameIn(rows, gone));
        for (const row of message.put as Row[]) rows.set(row[key], row);
      }
      known.value = { rows: [...rows.values()], inAll: message.inAll as number };
    },
    resume: () => name,
  };
}

/** The server tells names as texts, also those that are numbers. */
function nameIn(rows: ReadonlyMap<unknown, unknown>, told: unknown): unknown {
  return rows.has(told) ? told : Number(told);
}

/** What a log answers: newest first. */
export interface LogOf<Row> {
  readonly rows: readonly Row[];
  readonly instance: string;
  readonly lastId: number;
  /** Entries that came and went between two looks. */
  readonly missed: number;
}

/** Entries, newest first, at most `most` of them. A new connection goes on where the last one was. */
export function logTopic<Row extends { readonly id: number }>(
  name: string,
  first: Omit<LogOf<Row>, "missed">,
  most = 1_000,
): Topic<LogOf<Row>> {
  const known = signal<LogOf<Row>>({ ...first, missed: 0 });
  return {
    name,
    known,
    refusal: signal(null),
    take: (_event, message) => {
      const { rows, instance, lastId, missed } = known.value;
      const isSame = instance === message.instance;
      const news = (message.rows as Row[]).filter(({ id }) => !isSame || id > lastId);
      known.value = {
        rows: (isSame ? [...news, ...rows] : news).slice(0, most),
        instance: message.instance,
        lastId: message.lastId as number,
        missed: (isSame ? missed : 0) + (message.missed as number),
      };
    },
    resume: () => {
      const { instance, lastId } = known.value;
      return `${name}${name.includes("?") ? "&" : "?"}after=${instance}-${lastId}`;
    },
  };
}
