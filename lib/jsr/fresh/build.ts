/** A component of `islands/` and where the browser gets it. */
export interface Island {
  readonly name: string;
  readonly chunk: string;
}

/** A file that is served as it is. `path` is relative to the build's folder. */
export interface StaticFile {
  readonly path: string;
  readonly type: string;
  readonly etag: string;
  /** Its name changes with its content. */
  readonly immutable: boolean;
}

/** What `vite build` made, as the server needs it. */
export interface Build {
  readonly id: string;
  readonly root: string;
  readonly entry: string;
  readonly styles: readonly string[];
  readonly files: Readonly<Record<string, StaticFile>>;
  /** Modules of `routes/` by their path in it, without the extension. */
  readonly routes: Readonly<Record<string, unknown>>;
}
