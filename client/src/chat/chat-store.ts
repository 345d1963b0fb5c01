import { createStore } from "solid-js/store";
import { createChanges } from "./changes.ts";
import { createChats } from "./chats.ts";
import { createConversations } from "./conversations.ts";
import { createKept } from "./kept.ts";
import { createOutlines } from "./outlines.ts";
import { createReplies } from "./replies.ts";
import { createSending } from "./sending.ts";
import { type ChatContext, type ChatDeps, emptyState, NEW_CHAT } from "./state.ts";
import { createVersions } from "./versions.ts";

/** Everything that the views of this slice read and do. */
export function createChatStore(deps: ChatDeps) {
  const [state, setState] = createStore(emptyState());
  const context: ChatContext = { state, setState, deps };
  const kept = createKept(deps);
  setState("newChatModel", kept.model());
  const chats = createChats(context);
  const conversations = createConversations(context, kept, (id) => replies.isFollowed(id));
  const replies = createReplies(context, chats.put, reload);
  const sending = createSending(context, { chats, conversations, replies, kept });
  const { dispose: disposeOutlines, ...outlines } = createOutlines(state);
  const changes = createChanges(context, { chats, conversations, replies, kept });

  /** Fetches a chat again and follows what is running in it. */
  async function reload(chatId: string): Promise<void> {
    if (chatId === NEW_CHAT) return;
    await conversations.load(chatId);
    if (state.current === chatId) replies.attachCurrent();
  }

  /** Shows a chat, or the place for a new one, and gives the stream of the chat before back. */
  async function open(place: string): Promise<void> {
    const known = state.conversations[place]?.status === "ready";
    setState("current", place);
    setState("unread", place, false);
    if (state.drafts[place] === undefined) {
      setState("drafts", place, kept.draft(place));
      changes.restoreEdits(place);
    }
    if (!state.unsent[place]) setState("unsent", place, kept.unsent(place));
    replies.attachCurrent();
    if (place === NEW_CHAT || (known && state.unsent[place]?.some((one) => one.sending))) return;
    await reload(place);
  }

  const stopResume = deps.page.onResume(() => {
    replies.attachCurrent();
    void chats.refreshQuietly();
    void reload(state.current);
  });
  const stopLeave = deps.page.onLeave(() => Object.keys(state.drafts).forEach(kept.leave));

  return {
    state,
    kept,
    chats: {
      ...chats,
      async remove(id: string): Promise<void> {
        await chats.remove(id);
        conversations.forget(id);
      },
    },
    open,
    reload,
    ...sending,
    ...changes,
    ...outlines,
    ...createVersions({ conversations, replies, reload }),
    newChatModel: () => state.newChatModel,
    /** Chooses the model of chats that are still to be made; kept beyond a reload. */
    setNewChatModel(model: string): void {
      setState("newChatModel", model);
      kept.setModel(model);
    },
    /** Keeps what is being written in a place, also beyond a reload. */
    setDraft(place: string, text: string): void {
      setState("drafts", place, text);
      kept.setDraft(place, text);
    },
    dispose(): void {
      stopResume();
      stopLeave();
      replies.dispose();
      disposeOutlines();
    },
  };
}

export type ChatStore = ReturnType<typeof createChatStore>;
