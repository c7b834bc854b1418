export { checkHost } from "./host.ts";
export { checkOrigin, checkSameOrigin } from "./origin.ts";
export { refusalResponse } from "./refusal.ts";
export { Access, ACCESS_LIMITS } from "./access.ts";
export type { AccessLimits, AccessSetup, Tokens, Visitor } from "./access.ts";
export type { Rates } from "./rate_limit.ts";
export { type AccessRole, allows } from "./role.ts";
export type { Refusal, RefusalCode } from "./refusal.ts";
export { bearerToken, checkBearer, tokenMatches } from "./token.ts";
