import { STORE_DEFAULTS, type StoreOptions } from "../store/options.ts";
import { optionVariables } from "./option_variables.ts";

export const STORE_VARIABLES = optionVariables<StoreOptions>("STORE", STORE_DEFAULTS, {
  batchOperations: "Operations in one transaction",
  batchBytes: "Bytes of keys and values in one transaction; one operation may be larger",
  queuedOperations: "Operations that wait for their transaction",
  queuedBytes: "Bytes of keys and values that wait for their transaction",
  recordDelayMs: {
    meaning: "Changes of actors' records that a crash may take back are gathered for so long",
    min: 0,
  },
  listCacheBytes: {
    meaning: "What actors read when they wake is kept in memory up to this size, 0 for not at all",
    min: 0,
  },
  lockWaitMs: {
    meaning: "How long a start waits for another process to let go of the data directory",
    min: 0,
  },
  checkedBytes: {
    meaning: "A database up to this size is checked as a whole at start",
    min: 0,
  },
  databaseBytes: {
    meaning: "Size up to which the database grows, 0 for as large as its disk lets it",
    min: 0,
  },
});
