/** Requests as no client library would send them: bytes on a connection. */

const LONGEST_MS = 10_000;

export interface RawAnswer {
  /** 0 when the connection ended without an answer. */
  readonly status: number;
  readonly text: string;
}

/** Sends lines as a request's head, and an optional body; gives what came back by the first pause. */
export async function raw(
  url: string,
  lines: readonly string[],
  body = "",
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const timer = setTimeout(() => connection.close(), LONGEST_MS);
  try {
    const bytes = latin1(`${lines.join("\r\n")}\r\n\r\n${body}`);
    // A server may refuse before it has read everything, and close.
    const sent = writeAll(connection, bytes).catch(() => {});
    const text = await firstOf(connection);
    await sent.catch(() => {});
    return { status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0), text };
  } finally {
    clearTimeout(timer);
  }
}

async function writeAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

/** The head and what came with it: an event stream has no end. */
async function firstOf(connection: Deno.TcpConn): Promise<string> {
  const buffer = new Uint8Array(65_536);
  let text = "";
  try {
    while (!text.includes("\r\n\r\n")) {
      const length = await connection.read(buffer);
      if (length === null) break;
      text += new TextDecoder().decode(buffer.subarray(0, length));
    }
  } catch {
    // Reset by the server.
  }
  return text;
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0) & 0xff);
}
