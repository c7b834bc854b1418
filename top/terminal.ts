import type { Line, Tone } from "./screen.ts";

const CODES: Readonly<Record<Tone, string>> = {
  plain: "",
  strong: "\x1b[1m",
  quiet: "\x1b[2m",
  bad: "\x1b[1;31m",
  head: "\x1b[7m",
};
const BEGIN = "\x1b[?1049h\x1b[?25l";
const END = "\x1b[?25h\x1b[?1049l";
/** Terminals that know it show what is drawn between the two at once. */
const TOGETHER = ["\x1b[?2026h", "\x1b[?2026l"] as const;

const encoder = new TextEncoder();

/** The screen of the terminal that this process runs in, from its making until it is disposed. */
export class Terminal implements Disposable {
  readonly #hasColors = !Deno.noColor;

  constructor() {
    Deno.stdin.setRaw(true);
    write(BEGIN);
  }

  get size(): { columns: number; rows: number } {
    return Deno.consoleSize();
  }

  draw(lines: readonly Line[]): void {
    const drawn = lines.map(({ text, tone }) => `${this.#painted(text, tone)}\x1b[K`).join("\r\n");
    write(`${TOGETHER[0]}\x1b[H${drawn}\x1b[J${TOGETHER[1]}`);
  }

  /** What is pressed, as the terminal sends it. */
  async *pressed(ended: AbortSignal): AsyncGenerator<string> {
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(1_024);
    const isEnded = new Promise<null>((resolve) =>
      ended.addEventListener("abort", () => resolve(null), { once: true })
    );
    while (!ended.aborted) {
      const count = await Promise.race([Deno.stdin.read(buffer), isEnded]);
      if (count === null) return;
      yield decoder.decode(buffer.subarray(0, count), { stream: true });
    }
  }

  [Symbol.dispose](): void {
    write(END);
    Deno.stdin.setRaw(false);
  }

  /** Without colours what stands out still does: by weight, or the other way round. */
  #painted(text: string, tone: Tone): string {
    const code = !this.#hasColors && tone === "bad" ? CODES.strong : CODES[tone];
    return code === "" ? text : `${code}${text}\x1b[0m`;
  }
}

function write(text: string): void {
  const bytes = encoder.encode(text);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}
