/** A TCP proxy on loopback whose connections can be cut from outside, as a cable would be. */
export function startProxy(
  target: number,
): { readonly port: number; cut(): void; stop(): Promise<void> } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections = new Set<Deno.TcpConn>();
  const running: Promise<unknown>[] = [];

  const pipe = async (from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> => {
    // Ends with the first error: either side is gone, and the other end learns it by its own pipe.
    await from.readable.pipeTo(to.writable).catch(() => {});
  };
  const accept = async (): Promise<void> => {
    for await (const inner of listener) {
      const outer = await Deno.connect({ hostname: "127.0.0.1", port: target });
      for (const connection of [inner, outer]) {
        connection.setNoDelay(true);
        connections.add(connection);
      }
      running.push(pipe(inner, outer), pipe(outer, inner));
    }
  };
  running.push(accept());

  const cut = (): void => {
    for (const connection of connections) {
      try {
        connection.close();
      } catch {
        // A finished pipe has closed it already.
      }
    }
    connections.clear();
  };
  return {
    port: listener.addr.port,
    cut,
    stop: async () => {
      listener.close();
      await Promise.allSettled(running);
    },
  };
}
