import type { ChatDeps, Unsent } from "./state.ts";

/** What this browser keeps for one user beyond a reload: drafts, unsent messages, the last model. */
export interface Kept {
  /** This tab's own draft; without one, the draft that a closed tab has left, which moves here. */
  draft(chat: string): string;
  setDraft(chat: string, text: string): void;
  /** Leaves this tab's draft for the next tab, as when this one closes. */
  leaveDraft(chat: string): void;
  unsent(chat: string): Unsent[];
  setUnsent(chat: string, messages: readonly Unsent[]): void;
  model(): string;
  setModel(model: string): void;
}

type KeptDeps = Pick<ChatDeps, "storage" | "tabStorage" | "owner">;

export function createKept({ storage, tabStorage, owner }: KeptDeps): Kept {
  const read = (key: string, place = storage): string => {
    try {
      return place.getItem(`prosa.${owner}.${key}`) ?? "";
    } catch {
      return "";
    }
  };
  const write = (key: string, value: string, place = storage): void => {
    try {
      if (value) place.setItem(`prosa.${owner}.${key}`, value);
      else place.removeItem(`prosa.${owner}.${key}`);
    } catch {
      // A full or forbidden storage must not keep anybody from writing.
    }
  };
  // What this tab left when it was reloaded is for no other tab to find.
  const unleaveDraft = (key: string) => read(key) === read(key, tabStorage) && write(key, "");
  return {
    draft(chat) {
      const key = `draft.${chat}`;
      const text = read(key, tabStorage) || read(key);
      write(key, text, tabStorage);
      unleaveDraft(key);
      return text;
    },
    setDraft(chat, text) {
      const key = `draft.${chat}`;
      unleaveDraft(key);
      write(key, text, tabStorage);
    },
    leaveDraft(chat) {
      const text = read(`draft.${chat}`, tabStorage);
      if (text) write(`draft.${chat}`, text);
    },
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
