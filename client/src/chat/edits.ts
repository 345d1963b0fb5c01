import { batch } from "solid-js";
import { produce } from "solid-js/store";
import type { Kept } from "./kept.ts";
import { requestId } from "./request-id.ts";
import type { ChatContext, Edit } from "./state.ts";

/** The versions of messages that are being written; they outlive a reload. */
export function createEdits({ state, setState }: ChatContext, kept: Kept) {
  const isChanged = (id: string) => state.edits[id]?.text !== state.messages[id]?.text;

  function keep(chatId: string): void {
    const rows = Object.entries(state.edits)
      .filter(([id]) => state.messages[id]?.chatId === chatId && isChanged(id))
      .map(([messageId, { requestId, text, shown }]) => ({ messageId, requestId, text, shown }));
    kept.setEdits(chatId, rows);
  }
  function change(id: string, edit: Edit | undefined): void {
    setState(
      "edits",
      produce((edits) => {
        if (edit) edits[id] = edit;
        else delete edits[id];
      }),
    );
    keep(state.messages[id]?.chatId ?? "");
  }
  function setEdit(id: string, fields: Partial<Edit>): void {
    const edit = state.edits[id];
    if (edit) change(id, { ...edit, ...fields });
  }
  const endEdit = (id: string) => {
    if (state.edits[id]) change(id, undefined);
  };

  return {
    setEdit,
    endEdit,
    /** Begins to write another version of a message, or goes on with one that was begun. */
    beginEdit(id: string, shown = true): void {
      if (state.edits[id]) return setEdit(id, { shown });
      const text = state.messages[id]?.text ?? "";
      change(id, { text, requestId: requestId(), shown, sending: false });
    },
    setEditText(id: string, text: string): void {
      // Another text is another version: it must not be taken for one that was sent before.
      setEdit(id, { text, requestId: requestId(), error: undefined });
    },
    /** Puts a version aside until it is gone on with; false when there was nothing to keep. */
    putEditAside(id: string): boolean {
      const changed = isChanged(id);
      if (changed) setEdit(id, { shown: false });
      else endEdit(id);
      return changed;
    },
    /** Takes up again what was being written in a chat before the page was loaded anew. */
    restoreEdits(chatId: string): void {
      batch(() => {
        for (const { messageId, requestId, text, shown } of kept.edits(chatId)) {
          setState("edits", messageId, { requestId, text, shown, sending: false });
        }
      });
    },
  };
}
