import type { ErrorStatus } from "../std/http.ts";

/** Ends a request with a status. It goes to the nearest `_error.tsx`. */
export class HttpError extends Error {
  constructor(public status: ErrorStatus, message?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "HttpError";
  }
}
