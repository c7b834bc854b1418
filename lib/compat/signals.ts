import process from "node:process";

type Shutdown = () => Promise<void>;

const SIGNALS = ["SIGTERM", "SIGINT"] as const;
const shutdowns = new Set<Shutdown>();

const onSignal = (): void => {
  for (const shutdown of [...shutdowns]) void shutdown();
};

/**
 * Calls `shutdown` at SIGTERM and SIGINT, until the function that is returned is called. With the
 * last of them gone, the signals end the process again.
 */
export function shutDownOnSignal(shutdown: Shutdown): () => void {
  if (shutdowns.size === 0) { for (const signal of SIGNALS) process.on(signal, onSignal); }
  shutdowns.add(shutdown);
  return () => {
    if (!shutdowns.delete(shutdown) || shutdowns.size > 0) return;
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
}
