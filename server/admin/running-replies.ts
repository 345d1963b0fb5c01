import type { Db } from "#db/connect.ts";
import { encodePageToken } from "#db/keyset.ts";
import { users } from "#db/schema/index.ts";
import { inArray } from "drizzle-orm";
import type { Actor } from "../audit/actor.ts";
import type { Audit } from "../audit/audit-event.ts";
import { notFound } from "../errors.ts";
import type { AnswersUnderWay, AnswerUnderWay } from "../llm/answers-under-way.ts";
import { afterId } from "../page-token.ts";

type Deps = { db: Db; underWay: AnswersUnderWay; audit: Audit };

export type RunningReply = AnswerUnderWay & { userName: string };

/** A page of the answers that this process makes or waits for, oldest first, with their users' names. */
export async function listRunningReplies(
  { db, underWay }: Deps,
  page: { size: number; token: string },
) {
  const after = afterId(page.token);
  const rest = underWay
    .list()
    .filter(({ id }) => after === undefined || id > after)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const shown = rest.slice(0, page.size);
  const names = await readNames(db, new Set(shown.map(({ userId }) => userId)));
  const replies = shown.map((answer) => ({ ...answer, userName: names.get(answer.userId) ?? "" }));
  const full = rest.length > page.size;
  return { replies, next: full ? encodePageToken([shown.at(-1)!.id]) : "" };
}

/** Stops an answer, whoever it is made for, and keeps what was written of it. */
export async function stopRunningReply(deps: Deps, by: Actor, id: string): Promise<void> {
  const answer = deps.underWay.find(id);
  if (answer === undefined) throw notFound("reply");
  const { userId, model } = answer;
  const names = await readNames(deps.db, new Set([userId]));
  const subject = { id: userId, name: names.get(userId) ?? "" };
  await deps.audit(by, { kind: "reply_stopped", subject, details: { model } });
  answer.stop();
}

async function readNames(db: Db, ids: Set<string>): Promise<Map<string, string>> {
  if (ids.size === 0) return new Map();
  const rows = await db
    .select({ id: users.id, name: users.displayName })
    .from(users)
    .where(inArray(users.id, [...ids]));
  return new Map(rows.map(({ id, name }) => [id, name]));
}
