import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";

/** Filters and sorting, kept in the page's address: a reload, Back and a second tab have them too. */
export interface UrlState {
  /** The value of a parameter, "" when it is not there. */
  get(name: string): string;
  /** "" takes it away. */
  set(name: string, value: string): void;
}

/** `search`: of the address that the server was asked for. */
export function useUrlState(search: string): UrlState {
  const state = useSignal(search);
  useEffect(() => {
    const follow = (): void => void (state.value = location.search);
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, []);
  return useMemo(() => ({
    get: (name) => read(state).get(name) ?? "",
    set: (name, value) => {
      const params = read(state);
      if (value === "") params.delete(name);
      else params.set(name, value);
      const text = params.toString();
      state.value = text === "" ? "" : `?${text}`;
      history.replaceState(history.state, "", `${location.pathname}${state.value}`);
    },
  }), []);
}

/** The same for one of several tables on a page: `sockets.sort` for its `sort`. */
export function scoped(url: UrlState, scope: string): UrlState {
  return {
    get: (name) => url.get(`${scope}.${name}`),
    set: (name, value) => url.set(`${scope}.${name}`, value),
  };
}

function read(state: ReadonlySignal<string>): URLSearchParams {
  return new URLSearchParams(state.value);
}
