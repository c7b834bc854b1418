export { createGuard } from "./guard.ts";
export { checkHost } from "./host.ts";
export { checkOrigin, checkSameOrigin } from "./origin.ts";
export { refusalResponse } from "./refusal.ts";
export type { Refusal, RefusalCode } from "./refusal.ts";
export { bearerToken, checkBearer, tokenMatches } from "./token.ts";
