import type { Db } from "#db/connect.ts";
import { encodePageToken } from "#db/keyset.ts";
import type { Replicas } from "#db/replicas.ts";
import { accessTokens, users } from "#db/schema/index.ts";
import { transact } from "#db/transact.ts";
import { and, desc, eq, gt, isNull, lt, ne, or } from "drizzle-orm";
import type { Actor } from "../audit/actor.ts";
import { auditEvent, writeEvent } from "../audit/audit-event.ts";
import { AppError, notFound } from "../errors.ts";
import type { Topics } from "../events/topic.ts";
import { MAX_ACCESS_TOKENS } from "../limits.ts";
import { newId } from "../new-id.ts";
import { afterId } from "../page-token.ts";
import { type AccessToken, type Caller, type Callers, credentialEnded } from "./callers.ts";
import { createAccessToken, hashToken } from "./tokens.ts";

type NewAccessToken = Pick<AccessToken, "name" | "scope"> & {
  /** In milliseconds; undefined means for ever. */
  lifetime: number | undefined;
};

const USED_INTERVAL = 60_000;

export type AccessTokens = ReturnType<typeof createAccessTokens>;

/** Makes, finds and ends the keys of programs. */
export function createAccessTokens(
  db: Db,
  topics: Topics,
  callers: Callers,
  lookUp: Replicas["lookUp"],
) {
  async function read(token: string): Promise<Caller | undefined> {
    const row = await lookUp(async (from) => (await findAccessToken(from, token))[0]);
    if (row === undefined) return undefined;
    const { id, scope, expireTime, lastUsedTime } = row.accessToken;
    if (lastUsedTime === null || Date.now() - lastUsedTime.getTime() > USED_INTERVAL) {
      const noted = db
        .update(accessTokens)
        .set({ lastUsedTime: new Date() })
        .where(eq(accessTokens.id, id));
      // While nothing can be written, whoever may read is not refused for it.
      await noted.catch(() => {});
    }
    return { user: row.user, credential: { kind: "accessToken", id, scope, expireTime } };
  }

  return {
    /** Who a token belongs to; disabled users too, who are to learn why it does not work. */
    async find(token: string): Promise<Caller | undefined> {
      const caller = callers.recall(token) ?? (await callers.find(token, () => read(token)));
      return caller === undefined || hasExpired(caller) ? undefined : caller;
    },

    /** Makes a token and returns it with its description; only its hash is stored. */
    async create(by: Actor, input: NewAccessToken) {
      const token = createAccessToken();
      const now = Date.now();
      const row: AccessToken = {
        id: newId(),
        userId: by.id,
        tokenHash: hashToken(token),
        name: input.name,
        scope: input.scope,
        createTime: new Date(now),
        expireTime: input.lifetime === undefined ? null : new Date(now + input.lifetime),
        lastUsedTime: null,
      };
      const { id, name, scope } = row;
      const subject = { id, name };
      const event = auditEvent(by, { kind: "access_token_created", subject, details: { scope } });
      await transact(db, async (tx) => {
        await insertWithinLimit(tx, row);
        await writeEvent(tx, event);
      });
      return { token, accessToken: row };
    },

    async list(userId: string, page: { size: number; token: string }) {
      const rows = await listAccessTokens(db, userId, { ...page, after: afterId(page.token) });
      const full = rows.length > page.size;
      const shown = full ? rows.slice(0, page.size) : rows;
      return { accessTokens: shown, next: full ? encodePageToken([shown.at(-1)!.id]) : "" };
    },

    /** Ends one access token of the user; false when there is none. */
    async revoke(by: Actor, id: string): Promise<boolean> {
      const ended = await db.transaction(async (tx) => {
        const deleted = await deleteAccessToken(tx, by.id, id);
        for (const subject of deleted) {
          await writeEvent(tx, auditEvent(by, { kind: "access_token_revoked", subject }));
        }
        return deleted;
      });
      callers.ended(new Set(ended.map((row) => row.id)));
      for (const row of ended) topics.publish(credentialEnded(row.id));
      return ended.length > 0;
    },

    async purgeExpired(): Promise<void> {
      await purgeAccessTokens(db);
    },
  };
}

function hasExpired({ credential }: Caller): boolean {
  if (credential.kind === "session" || credential.expireTime === null) return false;
  return credential.expireTime.getTime() <= Date.now();
}

// The owner's row is locked, so that of many at once no more than fit are let in.
async function insertWithinLimit(tx: Db, row: AccessToken): Promise<void> {
  const [owner] = await tx
    .select({ id: users.id })
    .from(users)
    .where(eq(users.id, row.userId))
    .for("no key update");
  if (owner === undefined) throw notFound("user");
  // The row itself is there when the commit of an earlier try went through after all.
  const others = and(eq(accessTokens.userId, row.userId), ne(accessTokens.id, row.id), isAlive());
  if ((await tx.$count(accessTokens, others)) >= MAX_ACCESS_TOKENS) throw tooManyTokens();
  await tx.insert(accessTokens).values(row).onConflictDoNothing();
}

function tooManyTokens() {
  const metadata = { limit: String(MAX_ACCESS_TOKENS) };
  return new AppError("TOO_MANY_TOKENS", "There are too many access tokens.", { metadata });
}

export function findAccessToken(db: Db, token: string) {
  return db
    .select({ user: users, accessToken: accessTokens })
    .from(accessTokens)
    .innerJoin(users, eq(users.id, accessTokens.userId))
    .where(and(eq(accessTokens.tokenHash, hashToken(token)), isAlive()));
}

function deleteAccessToken(db: Db, userId: string, id: string) {
  return db
    .delete(accessTokens)
    .where(and(eq(accessTokens.id, id), eq(accessTokens.userId, userId)))
    .returning({ id: accessTokens.id, name: accessTokens.name });
}

export function listAccessTokens(
  db: Db,
  userId: string,
  page: { size: number; after?: string | undefined },
) {
  const mine = and(eq(accessTokens.userId, userId), isAlive());
  return db
    .select()
    .from(accessTokens)
    .where(page.after === undefined ? mine : and(mine, lt(accessTokens.id, page.after)))
    .orderBy(desc(accessTokens.id))
    .limit(page.size + 1);
}

export function purgeAccessTokens(db: Db) {
  return db.delete(accessTokens).where(lt(accessTokens.expireTime, new Date()));
}

function isAlive() {
  return or(isNull(accessTokens.expireTime), gt(accessTokens.expireTime, new Date()));
}
