/** A part of a document that is written by a program, between two comments that name it. */

/** `document` with the lines of its section `name` replaced. Throws if it has no such section. */
export function withSection(document: string, name: string, lines: readonly string[]): string {
  const begin = new RegExp(`<!-- begin ${name}:[^>]*-->\n`).exec(document);
  const end = document.indexOf(`<!-- end ${name} -->`);
  if (begin === null || end < begin.index) throw new Error(`The document has no section ${name}`);
  const start = begin.index + begin[0].length;
  return `${document.slice(0, start)}\n${lines.join("\n")}\n\n${document.slice(end)}`;
}
