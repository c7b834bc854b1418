import type { SocketRequest } from "../lib/actor/mod.ts";

/** Every socket may hibernate, except one that was opened with `?hibernate=0`. */
export function unlessRefused({ path }: SocketRequest): boolean {
  const query = path.indexOf("?");
  return query < 0 || new URLSearchParams(path.slice(query)).get("hibernate") !== "0";
}
