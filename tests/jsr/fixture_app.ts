import { build } from "../../scripts/build.ts";

type Fetch = (request: Request, info?: Deno.ServeHandlerInfo) => Promise<Response>;

let fetching: Promise<Fetch> | null = null;

/** Builds the app of `fixture_app/` and gives what answers its requests, as `main.ts` gets it. */
export function fixtureApp(): Promise<Fetch> {
  fetching ??= load();
  return fetching;
}

async function load(): Promise<Fetch> {
  const root = `${import.meta.dirname}/fixture_app`;
  await build(root);
  const module: { default: { fetch: Fetch } } = await import(`file://${root}/_fresh/server.js`);
  return module.default.fetch;
}
