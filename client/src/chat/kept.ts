import type { ChatDeps, Unsent } from "./state.ts";

/** What this browser keeps for one user beyond a reload: drafts, unsent messages, the last model. */
export interface Kept {
  draft(chat: string): string;
  setDraft(chat: string, text: string): void;
  unsent(chat: string): Unsent[];
  setUnsent(chat: string, messages: readonly Unsent[]): void;
  model(): string;
  setModel(model: string): void;
}

export function createKept({ storage, owner }: Pick<ChatDeps, "storage" | "owner">): Kept {
  const read = (key: string): string => {
    try {
      return storage.getItem(`prosa.${owner}.${key}`) ?? "";
    } catch {
      return "";
    }
  };
  const write = (key: string, value: string): void => {
    try {
      if (value) storage.setItem(`prosa.${owner}.${key}`, value);
      else storage.removeItem(`prosa.${owner}.${key}`);
    } catch {
      // A full or forbidden storage must not keep anybody from writing.
    }
  };
  return {
    draft: (chat) => read(`draft.${chat}`),
    setDraft: (chat, text) => write(`draft.${chat}`, text),
    unsent: (chat) => parseUnsent(read(`unsent.${chat}`)),
    setUnsent(chat, messages) {
      const rows = messages.map(({ requestId, chatRequestId, parentId, text }) => ({
        requestId,
        chatRequestId,
        parentId,
        text,
      }));
      write(`unsent.${chat}`, rows.length > 0 ? JSON.stringify(rows) : "");
    },
    model: () => read("model"),
    setModel: (model) => write("model", model),
  };
}

/** Forgets all that this browser keeps for a user, as when they log out of it. */
export function forgetKept(storage: Storage, owner: string): void {
  try {
    for (const key of Object.keys(storage)) {
      if (key.startsWith(`prosa.${owner}.`)) storage.removeItem(key);
    }
  } catch {
    // A forbidden storage keeps nothing either.
  }
}

function parseUnsent(json: string): Unsent[] {
  try {
    const rows: unknown = JSON.parse(json || "[]");
    return Array.isArray(rows)
      ? rows.filter(isUnsent).map((row) => ({ ...row, sending: false }))
      : [];
  } catch {
    return [];
  }
}

function isUnsent(row: unknown): row is Omit<Unsent, "sending"> {
  if (typeof row !== "object" || row === null) return false;
  const fields = row as Record<string, unknown>;
  return ["requestId", "chatRequestId", "parentId", "text"].every(
    (name) => typeof fields[name] === "string",
  );
}
