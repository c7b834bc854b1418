/** A site of somebody else on this machine: it serves a page, and keeps what browsers bring it. */
export class Attacker implements AsyncDisposable {
  /** Requests that came, but for its own page: method, path and Cookie header. */
  readonly received: { readonly method: string; readonly path: string; readonly cookie: string }[] =
    [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(page: string) {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
      const { pathname } = new URL(request.url);
      if (pathname !== "/") {
        const cookie = request.headers.get("cookie") ?? "";
        this.received.push({ method: request.method, path: pathname, cookie });
      }
      return new Response(pathname === "/" ? page : "taken", {
        headers: { "content-type": "text/html" },
      });
    });
  }

  get port(): number {
    return this.#server.addr.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
