import type { createConversations } from "./conversations.ts";
import type { createReplies } from "./replies.ts";

type Parts = {
  conversations: ReturnType<typeof createConversations>;
  replies: ReturnType<typeof createReplies>;
  reload: (chatId: string) => Promise<void>;
};

/** Which of the versions of a conversation's messages are shown. */
export function createVersions({ conversations, replies, reload }: Parts) {
  return {
    /** Shows another version of a message, and follows it when it is still being written. */
    choose(id: string): void {
      conversations.choose(id);
      replies.attachCurrent();
    },
    /** Shows the way to a message, which may have come since the chat was fetched; false: it is gone. */
    async reveal(chatId: string, id: string): Promise<boolean> {
      if (!conversations.reveal(chatId, id)) {
        await reload(chatId);
        if (!conversations.reveal(chatId, id)) return false;
      }
      replies.attachCurrent();
      return true;
    },
  };
}
