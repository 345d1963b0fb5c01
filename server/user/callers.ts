import type { accessTokens, users } from "#db/schema/index.ts";
import { currentSignal, orAbort, runDetached } from "#db/scope.ts";
import { SESSION_CACHE, SESSION_CACHE_SIZE } from "../limits.ts";

export type User = typeof users.$inferSelect;
export type AccessToken = typeof accessTokens.$inferSelect;

/** By what right somebody calls: a session, or an access token within its scope. */
export type Credential =
  | { kind: "session"; id: string }
  | { kind: "accessToken"; id: string; scope: AccessToken["scope"]; expireTime: Date | null };

export type Caller = { user: User; credential: Credential };

/** The topic that is published when a session or an access token has ended. */
export const credentialEnded = (id: string) => `credential:${id}:ended`;
/** The topic that is published when a user may not be here any more. */
export const accountClosed = (userId: string) => `user:${userId}:closed`;

export type Callers = ReturnType<typeof createCallers>;

/**
 * Remembers who a token belongs to; what was found lately is trusted for SESSION_CACHE. `changed` is
 * told of each user whose row has changed.
 */
export function createCallers(changed: (userId: string) => void = () => {}) {
  const known = new Map<string, { caller: Caller; time: number }>();
  // Kept apart, so that strangers with made-up tokens cannot push anybody out.
  const unknown = new Map<string, number>();
  const lookups = new Map<string, Promise<Caller | undefined>>();
  let changes = 0;

  function forget(matches: (caller: Caller) => boolean) {
    changes += 1;
    for (const [token, { caller }] of known) if (matches(caller)) known.delete(token);
  }

  async function lookUp(token: string, read: () => Promise<Caller | undefined>) {
    let caller: Caller | undefined;
    let before;
    // What ended or changed while it was read may be old already.
    do {
      before = changes;
      caller = await read();
    } while (before !== changes);
    known.delete(token);
    if (caller === undefined) remember(unknown, token, Date.now());
    else remember(known, token, { caller, time: Date.now() });
    return caller;
  }

  return {
    /** Who the token was found to belong to a moment ago. */
    recall(token: string): Caller | undefined {
      const entry = known.get(token);
      return entry !== undefined && Date.now() - entry.time < SESSION_CACHE
        ? entry.caller
        : undefined;
    },

    /** Looks for whom the token belongs to, unless nobody was found a moment ago; calls at the same time look once. */
    async find(
      token: string,
      read: () => Promise<Caller | undefined>,
    ): Promise<Caller | undefined> {
      if (Date.now() - (unknown.get(token) ?? 0) < SESSION_CACHE) return undefined;
      let found = lookups.get(token);
      if (found === undefined) {
        // It is everybody's: the end of the call that came first must not end it.
        found = runDetached(() => lookUp(token, read)).finally(() => lookups.delete(token));
        lookups.set(token, found);
      }
      return orAbort(found, currentSignal());
    },

    /** To be called when sessions or access tokens have ended. */
    ended(ids: ReadonlySet<string>) {
      forget(({ credential }) => ids.has(credential.id));
    },

    /** To be called when a user's row has changed. */
    userChanged(userId: string) {
      changed(userId);
      forget(({ user }) => user.id === userId);
    },
  };
}

function remember<T>(entries: Map<string, T>, key: string, value: T) {
  entries.delete(key);
  entries.set(key, value);
  if (entries.size > SESSION_CACHE_SIZE) entries.delete(entries.keys().next().value!);
}
