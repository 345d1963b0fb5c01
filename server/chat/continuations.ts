import type { Db } from "#db/connect.ts";
import type { GenerationOptions } from "#db/schema/index.ts";
import { AppError } from "../errors.ts";
import { MAX_REPLY_BYTES } from "../limits.ts";
import { type Message, ownedReply } from "./access.ts";
import { type Accepted, type Admit, once, replyRunning } from "./accepted.ts";
import { isRunning, readMessage } from "./messages.ts";
import { insertMessages, replyRow } from "./new-messages.ts";

type Continuation = {
  requestId: string;
  messageId: string;
  /** Empty means the one that wrote the reply. */
  model: string;
  options: GenerationOptions | undefined;
};

/**
 * Stores a sibling of a reply that was cut, in the same way as createMessage. Its row begins with
 * the text so far, so that neither a crash nor a repetition can lose it.
 */
export function createContinuation(
  db: Db,
  userId: string,
  input: Continuation,
  admit: Admit,
): Promise<Accepted> {
  return once(db, userId, input.requestId, async () => {
    const { message: old, chat } = await ownedReply(db, userId, input.messageId);
    checkCut(old);
    const message = await readMessage(db, old.parentId!);
    const model = await admit(chat, input.model || old.model);
    // Thinking without a text leads nowhere: the model begins anew.
    const { text, thinking } = old.text === "" ? { text: "", thinking: "" } : old;
    const row = replyRow(userId, chat, { ...input, parentId: message.id, model });
    const [reply] = await insertMessages(db, chat, [{ ...row, text, thinking }]);
    return { chat, message, reply: reply!, fresh: true };
  });
}

function checkCut(reply: Message) {
  if (isRunning(reply)) throw replyRunning();
  if (reply.status === "complete" && !reply.truncated) {
    throw new AppError("REPLY_WHOLE", "The reply is whole: there is nothing to continue.");
  }
  const length = Buffer.byteLength(reply.text) + Buffer.byteLength(reply.thinking);
  if (length >= MAX_REPLY_BYTES) {
    const metadata = { limit: String(MAX_REPLY_BYTES) };
    throw new AppError("REPLY_TOO_LONG", "The reply is as long as one may be.", { metadata });
  }
}
