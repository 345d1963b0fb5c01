import { createMemo, createRoot, getOwner, runWithOwner } from "solid-js";
import { type ChatState, isRunning } from "./state.ts";
import { childrenByParent, pathAlong, siblingsIn, treeOf } from "./tree.ts";

/** What is asked of a conversation as a whole, by each of its messages: worked out once for all. */
export function createOutlines(state: ChatState) {
  const outlines = new Map<string, ReturnType<typeof outline>>();
  const { dispose, within } = createRoot((dispose) => ({ dispose, within: getOwner() }));

  function outline(chatId: string) {
    const conversation = () => state.conversations[chatId];
    const children = createMemo(() => childrenByParent(treeOf(conversation(), state.messages)));
    const path = createMemo(() => pathAlong(children(), conversation()?.choices ?? {}));
    const busy = createMemo(() =>
      (conversation()?.ids ?? []).some((id) => isRunning(state.messages[id])),
    );
    return { children, path, busy };
  }
  function of(chatId: string) {
    const known = outlines.get(chatId);
    if (known) return known;
    const made = runWithOwner(within, () => outline(chatId))!;
    outlines.set(chatId, made);
    return made;
  }

  return {
    /** The messages of a chat along the chosen versions. */
    path: (chatId: string) => of(chatId).path(),
    /** Whether an answer of a chat is being written: there is one at a time. */
    isBusy: (chatId: string) => of(chatId).busy(),
    siblings(id: string) {
      const { chatId = "", parentId = "" } = state.messages[id] ?? {};
      return siblingsIn(of(chatId).children(), parentId, id);
    },
    /** Whether no answer to a message is there, as when all were deleted. */
    isUnanswered: (id: string) =>
      !of(state.messages[id]?.chatId ?? "")
        .children()
        .has(id),
    dispose,
  };
}
