/** Watches a client, and says what it saw. */
import type { Client } from "../../support/client.ts";
import { passed, type Sight } from "./fault.ts";

/** So long a client waits for something to happen before it counts as open and dead. */
export const PATIENCE_MS = 60_000;

export interface Stopwatch {
  readonly ms: number;
}

export function stopwatch(): Stopwatch {
  const began = performance.now();
  return {
    get ms() {
      return performance.now() - began;
    },
  };
}

/** Waits for an answer to each of `count` times "inc", or the close, or neither. */
export async function answers(
  client: Client,
  count: number,
  since: Stopwatch,
  patienceMs = PATIENCE_MS,
): Promise<Sight & { readonly got: readonly string[] }> {
  const got: string[] = [];
  const late = passed(patienceMs - since.ms);
  const end = (saw: string, ms: number | null) => ({
    saw: count === 1 ? saw : `${got.length} of ${count} answered${saw && `, ${saw}`}`,
    ms,
    got,
  });
  while (got.length < count) {
    const next = await Promise.race([client.next().catch(() => null), late]);
    if (next === undefined) return end(openAndDead(patienceMs), null);
    if (next === null) return end(`closed ${await closeOf(client)}`, since.ms);
    got.push(String(next));
  }
  return end(count === 1 ? "answered" : "", since.ms);
}

/** Waits for the close. */
export async function closing(client: Client, since: Stopwatch): Promise<Sight> {
  const closed = await Promise.race([client.closed, passed(PATIENCE_MS - since.ms)]);
  if (closed === undefined) return { saw: openAndDead(PATIENCE_MS), ms: null };
  const { ms } = since;
  return { saw: `closed ${await closeOf(client)}`, ms };
}

/** The close's code and reason, without what differs from one to the next. */
export async function closeOf(client: Client): Promise<string> {
  const { code, reason } = await client.closed;
  // Deno says 0 where a browser says 1006.
  if (code === 0 || code === 1006) return "without a frame";
  return `${code} ${reason.replace(/#.*/s, "")}`.trim();
}

/** Waits for a request's status, and the gateway's own error where it says one. */
export async function answer(response: Promise<Response>, since: Stopwatch): Promise<Sight> {
  const got = await Promise.race([response, passed(PATIENCE_MS - since.ms)]);
  if (got === undefined) return { saw: `no answer for ${PATIENCE_MS / 1_000} s`, ms: null };
  const { ms } = since;
  const { status, ok } = got;
  const text = await got.text();
  if (ok) return { saw: `${status}`, ms };
  const { group, code } = JSON.parse(text);
  return { saw: `${status} ${group}.${code}`, ms };
}

/** Nothing lost and nothing doubled: the counts that the client was told go up by one, from 2 on. */
export function isExact(got: readonly string[]): boolean {
  return got.every((text, i) => text === `{"count":${i + 2}}`);
}

/** A sight of answers, with a word of complaint where they are not the right ones. */
export function exact({ saw, ms, got }: Awaited<ReturnType<typeof answers>>): Sight {
  return { saw: isExact(got) ? saw : `${saw}, told ${got}`, ms };
}

function openAndDead(ms: number): string {
  return `open and dead for ${ms / 1_000} s`;
}
