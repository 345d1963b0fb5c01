import type { Db } from "#db/connect.ts";
import type { GenerationOptions } from "#db/schema/index.ts";
import { type Message, ownedMessage } from "./access.ts";
import { type Accepted, type Admit, once, replyRunning } from "./accepted.ts";
import { isRunning, readMessage } from "./messages.ts";
import { insertMessages, questionRow, replyRow } from "./new-messages.ts";

type Edit = {
  requestId: string;
  messageId: string;
  text: string;
  model: string;
  options: GenerationOptions | undefined;
};

type Owned = Awaited<ReturnType<typeof ownedMessage>>;

/**
 * Stores another version of a message as its sibling, in the same way as createMessage: that of a
 * user's message with a reply that waits for its turn, that of a reply as it is.
 */
export function createEdit(db: Db, userId: string, input: Edit, admit: Admit): Promise<Accepted> {
  return once(db, userId, input.requestId, async () => {
    const owned = await ownedMessage(db, userId, input.messageId);
    return owned.message.role === "user"
      ? editQuestion(db, userId, owned, input, admit)
      : editReply(db, userId, owned, input);
  });
}

async function editQuestion(
  db: Db,
  userId: string,
  { message: old, chat }: Owned,
  input: Edit,
  admit: Admit,
): Promise<Accepted> {
  const model = await admit(chat, input.model);
  const question = questionRow(userId, chat, { parentId: old.parentId, text: input.text });
  const [message, reply] = await insertMessages(db, chat, [
    question,
    replyRow(userId, chat, { ...input, parentId: question.id, model }),
  ]);
  return { chat, message: message!, reply: reply!, fresh: true };
}

async function editReply(
  db: Db,
  userId: string,
  { message: old, chat }: Owned,
  { requestId, text }: Edit,
): Promise<Accepted> {
  if (isRunning(old)) throw replyRunning();
  const message: Message = await readMessage(db, old.parentId!);
  const { model, options } = old;
  const row = replyRow(userId, chat, { requestId, parentId: message.id, model, options });
  const [reply] = await insertMessages(db, chat, [
    { ...row, options, status: "complete", text, edited: true, finishTime: row.createTime },
  ]);
  return { chat, message, reply: reply!, fresh: true };
}
