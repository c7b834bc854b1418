/** Reads the sources of the repository, for the tests that keep its rules. */

export const ROOT: string = Deno.realPathSync(`${import.meta.dirname}/../..`);

/** A module by its path from the repository's root. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** Every TypeScript module below these folders, without tests and what is generated elsewhere. */
export function sourcesBelow(...folders: readonly string[]): Source[] {
  const found: Source[] = [];
  const visit = (path: string): void => {
    for (const entry of Deno.readDirSync(`${ROOT}/${path}`)) {
      const child = `${path}/${entry.name}`;
      if (entry.isDirectory) visit(child);
      else if (/\.tsx?$/.test(entry.name)) {
        found.push({ path: child, text: Deno.readTextFileSync(`${ROOT}/${child}`) });
      }
    }
  };
  for (const folder of folders) if (exists(`${ROOT}/${folder}`)) visit(folder);
  return found.sort((a, b) => a.path < b.path ? -1 : 1);
}

/** The text with its comments, and on request its strings, blanked out. Lines stay where they are. */
export function codeOf(text: string, options: { strings: boolean }): string {
  const blank = (part: string) => part.replace(/[^\n]/g, " ");
  return text.replace(
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g,
    (part) => part.startsWith("/") || !options.strings ? blank(part) : part,
  );
}

/** What a module imports: the specifier as written, and whether only types. */
export interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

export function importsOf({ text }: Source): Import[] {
  const code = codeOf(text, { strings: true });
  const found: Import[] = [];
  for (
    const match of code.matchAll(/\b(?:import|export)\b([^;"'()]*?)\bfrom\s*["']([^"']+)["']/g)
  ) {
    found.push({ specifier: match[2] ?? "", typeOnly: /^\s*type\b/.test(match[1] ?? "") });
  }
  for (const match of code.matchAll(/\bimport\s*\(?\s*["']([^"']+)["']/g)) {
    found.push({ specifier: match[1] ?? "", typeOnly: false });
  }
  return found;
}

/** Where a relative or `@/` specifier of that module leads, from the root; others are `null`. */
export function resolveImport(from: string, specifier: string): string | null {
  if (specifier.startsWith("@/")) return specifier.slice(2);
  if (!specifier.startsWith(".")) return null;
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
