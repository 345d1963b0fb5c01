import type { Db } from "#db/connect.ts";
import { isOrphan, isUnavailable } from "#db/failure.ts";
import { repeat } from "#db/transact.ts";
import { AppError } from "../errors.ts";
import { type Chat, type Message, ownedChat } from "./access.ts";
import { findReplyByRequest, readMessage } from "./messages.ts";

/** A reply that has been asked for, with the message that it answers. */
export type Accepted = {
  chat: Chat;
  message: Message;
  reply: Message;
  /** Whether this call stored it, not an earlier one with the same request id. */
  fresh: boolean;
};

/** Decides whether a new reply may be asked for, and by which model; throws when it may not. */
export type Admit = (chat: Chat, model: string) => Promise<string>;

/** Runs a write that inserts a reply with the request id, or returns what it inserted before. */
export async function once(
  db: Db,
  userId: string,
  requestId: string,
  write: () => Promise<Accepted>,
): Promise<Accepted> {
  try {
    return await repeat(write);
  } catch (error) {
    if (isUnavailable(error)) throw error;
    // A repetition fails in one way or another: its own first time is in its way.
    const accepted = await findAccepted(db, userId, requestId);
    if (accepted !== undefined) return accepted;
    // What it was to follow has been deleted since it was read: the second look finds that out.
    if (isOrphan(error)) return write();
    throw error;
  }
}

async function findAccepted(
  db: Db,
  userId: string,
  requestId: string,
): Promise<Accepted | undefined> {
  const [reply] = await findReplyByRequest(db, userId, requestId);
  if (reply === undefined) return undefined;
  const chat = await ownedChat(db, userId, reply.chatId);
  return { chat, message: await readMessage(db, reply.parentId!), reply, fresh: false };
}

export function replyRunning() {
  return new AppError(
    "REPLY_RUNNING",
    "The reply before is still being written. Wait for it or stop it.",
  );
}
