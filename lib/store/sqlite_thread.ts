/**
 * The thread that has the database: it opens it, applies one batch after the other, and closes it.
 * What it cannot foresee it throws, which ends it and tells `SqliteBackend` so.
 */
import { openDatabase } from "./open_database.ts";
import { StoreError } from "../gateway/gateway_store.ts";
import { SqliteTransactions } from "./sqlite_transactions.ts";
import { type Answer, failure, type Request, toAnswer, unpackBatch } from "./thread_messages.ts";

/** A worker's side of its port, which the types of a main program do not know. */
interface Port {
  onmessage: (event: MessageEvent<Request>) => void;
  postMessage(answer: Answer): void;
}

const port = self as unknown as Port;
let transactions: SqliteTransactions | undefined;

port.onmessage = ({ data: request }) => {
  port.postMessage(answer(request));
};

function answer(request: Request): Answer {
  try {
    return { ok: true, value: perform(request) };
  } catch (error) {
    if (error instanceof StoreError) return failure(error);
    throw error;
  }
}

function perform(request: Request): readonly Answer[] | undefined {
  switch (request.kind) {
    case "open": {
      const { directory, options } = request;
      transactions = new SqliteTransactions(openDatabase(directory, options), options);
      return undefined;
    }
    case "apply":
      return transactions!.apply(unpackBatch(request.batch), request.writes).map(toAnswer);
    case "close":
      transactions!.close();
      return undefined;
  }
}
