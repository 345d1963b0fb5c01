import { Code, ConnectError } from "@connectrpc/connect";
import { batch } from "solid-js";
import { type Rating, Role } from "#proto/prosa/chat/v1/message_pb.ts";
import type { Chats } from "./chats.ts";
import type { Conversations } from "./conversations.ts";
import { createEdits } from "./edits.ts";
import type { Kept } from "./kept.ts";
import type { Replies } from "./replies.ts";
import { type ChatContext, type Edit } from "./state.ts";
import { branchOf, treeOf } from "./tree.ts";

interface ChangesParts {
  chats: Chats;
  conversations: Conversations;
  replies: Replies;
  kept: Kept;
}

/** Changes messages that are there: other versions by hand, ratings, deletions. */
export function createChanges(context: ChatContext, parts: ChangesParts) {
  const { state, setState, deps } = context;
  const { chats, conversations, replies, kept } = parts;
  const ratings = new Map<string, number>();

  const { setEdit, endEdit, ...edits } = createEdits(context, kept);

  async function submit(id: string, text: string, edit: Edit): Promise<void> {
    const { chat, message, reply } = await deps.messages.editMessage({
      requestId: edit.requestId,
      messageId: id,
      text,
    });
    if (!message) throw new ConnectError("no message in the answer", Code.Internal);
    batch(() => {
      endEdit(id);
      if (chat) chats.put(chat);
      conversations.put(message.chatId, reply ? [message, reply] : [message]);
      conversations.choose(message.id);
      if (reply) conversations.choose(reply.id);
    });
    replies.attachCurrent();
  }

  /** Sends the version that is being written; it stays, with the error, when that fails. */
  async function saveEdit(id: string): Promise<void> {
    const edit = state.edits[id];
    if (!edit || edit.sending) return;
    const text = edit.text.replaceAll("\0", "").trim();
    if (text === "") return;
    if (text === state.messages[id]?.text && state.messages[id]?.role === Role.ASSISTANT) {
      return endEdit(id);
    }
    setEdit(id, { sending: true, error: undefined });
    try {
      await submit(id, text, { ...edit });
    } catch (error) {
      setEdit(id, { sending: false, error });
    }
  }

  return {
    ...edits,
    cancelEdit: endEdit,
    saveEdit,
    /** Asks a question again as it is, as another version of it; an edit of it when that fails. */
    async askAgain(id: string): Promise<void> {
      if (state.edits[id]) return;
      edits.beginEdit(id, false);
      await saveEdit(id);
      setEdit(id, { shown: true });
    },
    /** Shows a rating at once and takes it back when it cannot be stored. */
    async rate(id: string, rating: Rating): Promise<void> {
      const before = state.messages[id]?.rating;
      if (before === undefined) return;
      const turn = (ratings.get(id) ?? 0) + 1;
      ratings.set(id, turn);
      setState("messages", id, { rating });
      try {
        await deps.messages.rateMessage({ messageId: id, rating });
      } catch (error) {
        if (ratings.get(id) === turn && state.messages[id])
          setState("messages", id, { rating: before });
        throw error;
      }
    },
    /** How many messages a deletion takes along, as far as they are known here. */
    countFollowing(id: string): number {
      return branch(context, id).length - 1;
    },
    async deleteMessage(id: string): Promise<void> {
      const chatId = state.messages[id]?.chatId ?? "";
      try {
        await deps.messages.deleteMessage({ messageId: id });
      } catch (error) {
        // What is gone already is what was wanted.
        const gone = error instanceof ConnectError && error.code === Code.NotFound;
        if (!gone) throw error;
      }
      const gone = branch(context, id);
      batch(() => {
        gone.forEach(endEdit);
        conversations.drop(chatId, gone);
      });
      replies.attachCurrent();
    },
  };
}

function branch({ state }: ChatContext, id: string): string[] {
  const conversation = state.conversations[state.messages[id]?.chatId ?? ""];
  return branchOf(treeOf(conversation, state.messages), id);
}
