import type { Draft } from "../act/intent.ts";
import type { MessageDetail } from "../../lib/inspect/mod.ts";

/** What was captured of a message, or of a body. */
export type Content = Pick<MessageDetail, "kind" | "text" | "base64" | "bytes" | "isCut">;

/** The bytes of what was captured of it. */
export function bytesOf({ text, base64 }: Content): Uint8Array {
  if (text !== null) return new TextEncoder().encode(text);
  return Uint8Array.from(atob(base64 ?? ""), (char) => char.charCodeAt(0));
}

/** As it would be said again: with a word on what is not as it was. */
export function draftOf(message: Content): Draft {
  const text = message.text ?? [...bytesOf(message)]
    .map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const hints = [
    message.isCut ? "Only its begin was captured." : "",
    text.includes("…") ? "Secrets were taken out: … stands where one may have been." : "",
  ];
  return { kind: message.kind, text, hint: hints.filter((hint) => hint !== "").join(" ") };
}

/** As text, whatever it was sent as. */
export function textOf(message: Content): string {
  return message.text ?? new TextDecoder().decode(bytesOf(message));
}

/** The value of a payload that is JSON. */
export function jsonOf(message: Content): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(textOf(message)) };
  } catch {
    return null;
  }
}

/** Bytes as people read them: where, which, and as far as they are letters, what they say. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0"));
    const half = `${hex.slice(0, 8).join(" ")}  ${hex.slice(8).join(" ")}`.padEnd(48);
    const text = row.map((byte) => byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".");
    lines.push(`${at.toString(16).padStart(4, "0")}  ${half}  ${text.join("")}`);
  }
  return lines.join("\n");
}

export function isThere({ text, base64 }: Content): boolean {
  return text !== null || base64 !== null;
}
