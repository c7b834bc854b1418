/** What somebody may do, each more than the one before. */
export const ACCESS_ROLES = ["view", "payload", "operate"] as const;

/**
 * `view`: see how things stand. `payload`: see what users sent, too. `operate`: act, too.
 */
export type AccessRole = (typeof ACCESS_ROLES)[number];

/** Whether who has one role may do what needs another. */
export function allows(has: AccessRole, needs: AccessRole): boolean {
  return ACCESS_ROLES.indexOf(has) >= ACCESS_ROLES.indexOf(needs);
}
