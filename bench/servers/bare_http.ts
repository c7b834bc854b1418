/** The limit: what `Deno.serve` does with an answer that is made of nothing. Prints its URL. */
const server = Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => console.log(JSON.stringify({ url: `ws://127.0.0.1:${port}/` })),
}, () => Response.json({ count: 0 }));
await server.finished;
