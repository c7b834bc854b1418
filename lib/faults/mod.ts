/** Faults that are made on purpose, in development. */
export * from "./fault.ts";
export { Faults, type FaultsSetup, OWN_TUNNEL } from "./faults.ts";
