import type { ChatDeps, Edit, Unsent } from "./state.ts";

/** Another version of a message as it is kept. */
export type KeptEdit = Pick<Edit, "requestId" | "text" | "shown"> & { messageId: string };

/** What this browser keeps for one user beyond a reload: what is being written, and the last model. */
export interface Kept {
  /** This tab's own draft; without one, the draft that a closed tab has left, which moves here. */
  draft(chat: string): string;
  setDraft(chat: string, text: string): void;
  /** The versions of messages that are being written, by the same rule as drafts. */
  edits(chat: string): KeptEdit[];
  setEdits(chat: string, edits: readonly KeptEdit[]): void;
  /** Leaves this tab's draft and edits for the next tab, as when this one closes. */
  leave(chat: string): void;
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
  const unleave = (key: string) => read(key) === read(key, tabStorage) && write(key, "");
  const take = (key: string): string => {
    const text = read(key, tabStorage) || read(key);
    write(key, text, tabStorage);
    unleave(key);
    return text;
  };
  const keep = (key: string, text: string): void => {
    unleave(key);
    write(key, text, tabStorage);
  };
  return {
    draft: (chat) => take(`draft.${chat}`),
    setDraft: (chat, text) => keep(`draft.${chat}`, text),
    edits: (chat) => parseRows(take(`edits.${chat}`), isEdit),
    setEdits: (chat, edits) => keep(`edits.${chat}`, toJson(edits)),
    leave(chat) {
      for (const key of [`draft.${chat}`, `edits.${chat}`]) {
        const text = read(key, tabStorage);
        if (text) write(key, text);
      }
    },
    unsent: (chat) =>
      parseRows(read(`unsent.${chat}`), isUnsent).map((row) => ({ ...row, sending: false })),
    setUnsent(chat, messages) {
      const rows = messages.map(({ requestId, chatRequestId, parentId, text }) => ({
        requestId,
        chatRequestId,
        parentId,
        text,
      }));
      write(`unsent.${chat}`, toJson(rows));
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

function toJson(rows: readonly unknown[]): string {
  return rows.length > 0 ? JSON.stringify(rows) : "";
}

function parseRows<T>(json: string, isRow: (row: unknown) => row is T): T[] {
  try {
    const rows: unknown = JSON.parse(json || "[]");
    return Array.isArray(rows) ? rows.filter(isRow) : [];
  } catch {
    return [];
  }
}

function isUnsent(row: unknown): row is Omit<Unsent, "sending"> {
  return hasTexts(row, ["requestId", "chatRequestId", "parentId", "text"]);
}

function isEdit(row: unknown): row is KeptEdit {
  return hasTexts(row, ["messageId", "requestId", "text"]);
}

function hasTexts(row: unknown, names: readonly string[]): boolean {
  if (typeof row !== "object" || row === null) return false;
  const fields = row as Record<string, unknown>;
  return names.every((name) => typeof fields[name] === "string");
}
