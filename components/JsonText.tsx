/** Longer texts are shown plainly: a browser would take long over so many elements. */
const COLOURED = 20_000;

const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*|true|false|null)/g;

/** JSON, indented, with its names, texts and numbers told apart. */
export function JsonText({ value }: { value: unknown }) {
  const text = JSON.stringify(value, null, 2) ?? "";
  return (
    <pre class="font-mono text-xs leading-5 whitespace-pre-wrap wrap-anywhere" data-testid="json">
      {text.length > COLOURED ? text : coloured(text)}
    </pre>
  );
}

function coloured(text: string) {
  const pieces = [];
  let at = 0;
  for (const { 0: whole, 1: quoted, 2: colon, index } of text.matchAll(TOKENS)) {
    pieces.push(text.slice(at, index));
    at = index + whole.length;
    if (quoted === undefined) pieces.push(<span class="text-asleep">{whole}</span>);
    else if (colon === undefined) pieces.push(<span class="text-awake">{quoted}</span>);
    else pieces.push(<span class="text-accent">{quoted}</span>, colon);
  }
  pieces.push(text.slice(at));
  return pieces;
}
