import type { Db } from "#db/connect.ts";
import { encodePageToken } from "#db/keyset.ts";
import { sessions, users } from "#db/schema/index.ts";
import type { Replicas } from "#db/replicas.ts";
import { and, desc, eq, gt, lt, ne } from "drizzle-orm";
import type { Actor, Origin } from "../audit/actor.ts";
import { auditEvent, type Deed, writeEvent } from "../audit/audit-event.ts";
import { newId } from "../new-id.ts";
import type { Topics } from "../events/topic.ts";
import { SESSION_LIFETIME } from "../limits.ts";
import { afterId } from "../page-token.ts";
import { type Caller, type Callers, credentialEnded } from "./callers.ts";
import { createToken, hashToken, isToken } from "./tokens.ts";

export type Session = typeof sessions.$inferSelect;

const SEEN_INTERVAL = 60_000;

export type Sessions = ReturnType<typeof createSessions>;

/** Creates, finds and ends sessions. */
export function createSessions(
  db: Db,
  topics: Topics,
  callers: Callers,
  lookUp: Replicas["lookUp"] = (read) => read(db),
) {
  function end(rows: { id: string }[]) {
    const ended = new Set(rows.map((row) => row.id));
    callers.ended(ended);
    for (const id of ended) topics.publish(credentialEnded(id));
  }

  async function read(
    token: string,
    address: string,
    onRenewed: () => void,
  ): Promise<Caller | undefined> {
    const row = await lookUp(async (from) => (await findSession(from, token))[0]);
    if (row === undefined) return undefined;
    if (Date.now() - row.session.lastSeenTime.getTime() > SEEN_INTERVAL) {
      const renewed = db
        .update(sessions)
        .set({ lastSeenTime: new Date(), expireTime: expiry(), address })
        .where(eq(sessions.id, row.session.id));
      // Whoever may call may do so too while nothing can be written; then a later call renews it.
      await renewed.then(onRenewed, () => {});
    }
    return { user: row.user, credential: { kind: "session", id: row.session.id } };
  }

  return {
    /** Who a token belongs to; `onRenewed` is called when its session will now live longer. */
    async find(
      token: string,
      address: string,
      onRenewed: () => void = () => {},
    ): Promise<Caller | undefined> {
      if (!isToken(token)) return undefined;
      return callers.recall(token) ?? callers.find(token, () => read(token, address, onRenewed));
    },

    /** Starts a session and returns its token. */
    async create(into: Db, userId: string, origin: Origin): Promise<string> {
      const token = createToken();
      await into.insert(sessions).values({
        id: newId(),
        userId,
        tokenHash: hashToken(token),
        device: origin.device,
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
      const rows = await listSessions(db, userId, { ...page, after: afterId(page.token) });
      const full = rows.length > page.size;
      const shown = full ? rows.slice(0, page.size) : rows;
      return { sessions: shown, next: full ? encodePageToken([shown.at(-1)!.id]) : "" };
    },

    /** Ends one session of the user, as leaving it or from another; false when there is none. */
    async revoke(
      by: Actor,
      sessionId: string,
      kind: "signed_out" | "session_revoked",
    ): Promise<boolean> {
      const ended = await db.transaction(async (tx) => {
        const [session] = await deleteSession(tx, by.id, sessionId);
        if (session === undefined) return [];
        const deed: Deed =
          kind === "signed_out" ? { kind } : { kind, subject: { name: session.device } };
        await writeEvent(tx, auditEvent(by, deed));
        return [session];
      });
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

function deleteSession(db: Db, userId: string, sessionId: string) {
  return db
    .delete(sessions)
    .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId)))
    .returning({ id: sessions.id, device: sessions.device });
}

export function purgeSessions(db: Db) {
  return db
    .delete(sessions)
    .where(lt(sessions.expireTime, new Date()))
    .returning({ id: sessions.id });
}

function expiry() {
  return new Date(Date.now() + SESSION_LIFETIME);
}
