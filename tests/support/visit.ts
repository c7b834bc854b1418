import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { FakeApp, type FakeAppOptions } from "./fake_app.ts";

/** The fake app on a port of its own, and a page that has logged in to it. */
export class Visit implements AsyncDisposable {
  app!: FakeApp;
  readonly page: Page;
  readonly address: string;
  /** What the browser complained about: scripts that failed, and what the policy blocked. */
  readonly complaints: string[] = [];
  readonly #options: FakeAppOptions;
  #server: Deno.HttpServer | null = null;

  private constructor(page: Page, address: string, options: FakeAppOptions) {
    this.page = page;
    this.address = address;
    this.#options = options;
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      // Chromium reports each failed request; those of a server that is away are the test's.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
        this.complaints.push(message.text());
      }
    });
  }

  static async start(browser: Browser, options: FakeAppOptions = {}): Promise<Visit> {
    const port = freePort();
    // Else axe may meet a colour half way to another one.
    const page = await browser.newPage({ reducedMotion: "reduce" });
    const visit = new Visit(page, `127.0.0.1:${port}`, options);
    await visit.serve();
    return visit;
  }

  /** Starts the server, anew after {@link stop}. */
  async serve(): Promise<void> {
    this.app = await FakeApp.create({ ...this.#options, address: this.address });
    const [hostname, port] = this.address.split(":");
    this.#server = Deno.serve(
      { hostname: hostname!, port: Number(port), onListen: () => {} },
      this.app.fetch,
    );
  }

  async stop(): Promise<void> {
    this.app.state.inspector.close();
    await this.#server?.shutdown();
    this.#server = null;
  }

  /** Logs in, and goes to a page that is live then. */
  async open(path = "/"): Promise<void> {
    await this.page.goto(`http://${this.address}/login?token=${FakeApp.TOKEN}`);
    if (path !== "/") await this.page.goto(`http://${this.address}${path}`);
    await this.live();
  }

  /** What axe finds wrong, as the rule and the element of each. */
  async violations(): Promise<string[]> {
    await this.page.evaluate(axe.source);
    const { violations } = await this.page.evaluate("axe.run()") as {
      violations: { id: string; nodes: { html: string }[] }[];
    };
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }

  /** Pixels by which the page is wider than its window. */
  excess(): Promise<number> {
    return this.page.evaluate("document.documentElement.scrollWidth - innerWidth");
  }

  live(): Promise<unknown> {
    return this.page.waitForSelector(`[data-liveness="live"]`);
  }

  text(testId: string): Promise<string> {
    return this.page.getByTestId(testId).innerText();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
    await this.stop();
  }
}

export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}
