import type { Db } from "#db/connect.ts";
import type { Asker, createAcceptance } from "./acceptance.ts";
import type { Accepted, Admit } from "./accepted.ts";
import { createContinuation } from "./continuations.ts";
import { createEdit } from "./edits.ts";
import { createMessage, createSibling } from "./new-messages.ts";

type Store<I> = (db: Db, userId: string, input: I, admit: Admit) => Promise<Accepted>;

/** All that can be asked for, each once per request id. */
export function createAsking(db: Db, accept: ReturnType<typeof createAcceptance>) {
  const ask =
    <I extends { requestId: string }>(store: Store<I>) =>
    (asker: Asker, input: I) =>
      accept(asker, input.requestId, (admit) => store(db, asker.id, input, admit));
  return {
    /** Stores a message and asks for its reply. */
    send: ask(createMessage),
    /** Asks for a sibling of a reply. */
    regenerate: ask(createSibling),
    /** Asks for the rest of a reply that was cut, as a sibling of it. */
    continue: ask(createContinuation),
    /** Stores another version of a message, and asks for a reply when a user wrote it. */
    edit: ask(createEdit),
  };
}
