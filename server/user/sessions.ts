import type { Db } from "#db/connect.ts";
import { decodePageToken, encodePageToken } from "#db/keyset.ts";
import { sessions, users } from "#db/schema/index.ts";
import { and, desc, eq, gt, lt, ne } from "drizzle-orm";
import { newId } from "../new-id.ts";
import { AppError } from "../errors.ts";
import type { Topics } from "../events/topic.ts";
import {
  MAX_DEVICE_LENGTH,
  SESSION_CACHE,
  SESSION_CACHE_SIZE,
  SESSION_LIFETIME,
} from "../limits.ts";
import { createToken, hashToken, isToken } from "./tokens.ts";

export type User = typeof users.$inferSelect;
export type Session = typeof sessions.$inferSelect;
export type Caller = { user: User; sessionId: string };
/** Where a call comes from. */
export type Origin = { address: string; device: string };

/** The topic that is published when a session has ended. */
export const sessionEnded = (sessionId: string) => `session:${sessionId}:ended`;

const SEEN_INTERVAL = 60_000;

export type Sessions = ReturnType<typeof createSessions>;

/** Creates, finds and ends sessions; what was found lately is trusted for SESSION_CACHE. */
export function createSessions(db: Db, topics: Topics) {
  const cache = new Map<string, { caller: Caller; time: number }>();
  // Kept apart, so that strangers with made-up tokens cannot push anybody out.
  const unknown = new Map<string, number>();
  let changes = 0;

  function forget(matches: (caller: Caller) => boolean) {
    changes += 1;
    for (const [key, { caller }] of cache) if (matches(caller)) cache.delete(key);
  }

  function end(ids: { id: string }[]) {
    const ended = new Set(ids.map((row) => row.id));
    forget((caller) => ended.has(caller.sessionId));
    for (const id of ended) topics.publish(sessionEnded(id));
  }

  async function read(token: string, address: string, onRenewed: () => void) {
    const [row] = await findSession(db, token);
    if (row === undefined) return undefined;
    if (Date.now() - row.session.lastSeenTime.getTime() > SEEN_INTERVAL) {
      await db
        .update(sessions)
        .set({ lastSeenTime: new Date(), expireTime: expiry(), address })
        .where(eq(sessions.id, row.session.id));
      onRenewed();
    }
    return { user: row.user, sessionId: row.session.id };
  }

  return {
    /** Who a token belongs to; `onRenewed` is called when its session will now live longer. */
    async find(
      token: string,
      address: string,
      onRenewed: () => void = () => {},
    ): Promise<Caller | undefined> {
      if (!isToken(token)) return undefined;
      const known = cache.get(token);
      if (known !== undefined && Date.now() - known.time < SESSION_CACHE) return known.caller;
      if (Date.now() - (unknown.get(token) ?? 0) < SESSION_CACHE) return undefined;
      const before = changes;
      const caller = await read(token, address, onRenewed);
      cache.delete(token);
      if (caller === undefined) remember(unknown, token, Date.now());
      // What ended or changed while it was read must not be trusted any longer.
      if (caller === undefined || before !== changes) return caller;
      remember(cache, token, { caller, time: Date.now() });
      return caller;
    },

    /** Starts a session and returns its token. */
    async create(into: Db, userId: string, origin: Origin): Promise<string> {
      const token = createToken();
      await into.insert(sessions).values({
        id: newId(),
        userId,
        tokenHash: hashToken(token),
        device: origin.device.slice(0, MAX_DEVICE_LENGTH),
        address: origin.address,
        expireTime: expiry(),
      });
      return token;
    },

    /** Whether the user has a session that was seen at the address. */
    async knows(userId: string, address: string): Promise<boolean> {
      return (await findSessionAt(db, userId, address)).length > 0;
    },

    async list(userId: string, page: { size: number; token: string }) {
      const rows = await listSessions(db, userId, { ...page, after: afterToken(page.token) });
      const full = rows.length > page.size;
      const shown = full ? rows.slice(0, page.size) : rows;
      return { sessions: shown, next: full ? encodePageToken([shown.at(-1)!.id]) : "" };
    },

    /** Ends one session of the user; false when there is none. */
    async revoke(userId: string, sessionId: string): Promise<boolean> {
      const ended = await db
        .delete(sessions)
        .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId)))
        .returning({ id: sessions.id });
      end(ended);
      return ended.length > 0;
    },

    /** Deletes all sessions of the user but the given one; `ended` is to be told after the commit. */
    deleteOthers(from: Db, userId: string, sessionId: string): Promise<{ id: string }[]> {
      return from
        .delete(sessions)
        .where(and(eq(sessions.userId, userId), ne(sessions.id, sessionId)))
        .returning({ id: sessions.id });
    },

    /** Makes the deletion of sessions take effect here at once. */
    ended: end,

    /** To be called when a user's row has changed. */
    userChanged(userId: string) {
      forget((caller) => caller.user.id === userId);
    },

    async purgeExpired(): Promise<void> {
      end(await purgeSessions(db));
    },
  };
}

export function findSession(db: Db, token: string) {
  return db
    .select({ user: users, session: sessions })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.tokenHash, hashToken(token)), gt(sessions.expireTime, new Date())));
}

export function findSessionAt(db: Db, userId: string, address: string) {
  return db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.userId, userId), eq(sessions.address, address)))
    .limit(1);
}

export function listSessions(
  db: Db,
  userId: string,
  page: { size: number; after?: string | undefined },
) {
  const mine = eq(sessions.userId, userId);
  return db
    .select()
    .from(sessions)
    .where(page.after === undefined ? mine : and(mine, lt(sessions.id, page.after)))
    .orderBy(desc(sessions.id))
    .limit(page.size + 1);
}

export function purgeSessions(db: Db) {
  return db
    .delete(sessions)
    .where(lt(sessions.expireTime, new Date()))
    .returning({ id: sessions.id });
}

function afterToken(token: string): string | undefined {
  if (token === "") return undefined;
  const parts = decodePageToken(token, 1);
  if (parts === undefined || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(parts[0]!)) {
    throw new AppError("BAD_PAGE_TOKEN", "This page token was not issued for this list.");
  }
  return parts[0];
}

function expiry() {
  return new Date(Date.now() + SESSION_LIFETIME);
}

function remember<T>(cache: Map<string, T>, key: string, value: T) {
  cache.delete(key);
  cache.set(key, value);
  if (cache.size > SESSION_CACHE_SIZE) cache.delete(cache.keys().next().value!);
}
