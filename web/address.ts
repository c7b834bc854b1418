/** Where a request comes from: a proxy's own address, when there is one between. */
export function addressOf({ remoteAddr }: Deno.ServeHandlerInfo): string {
  return "hostname" in remoteAddr ? remoteAddr.hostname : "";
}
