import type { Db } from "#db/connect.ts";
import { type Accepted, readMessage } from "./messages.ts";

/** The person who asks for a reply. */
export type Asker = { id: string; locale: string };

type Start = (accepted: Accepted, asker: Asker) => void;

/** Returns the function that stores what is asked for and starts its reply, once per request id. */
export function createAcceptance(db: Db, running: ReadonlyMap<string, unknown>, start: Start) {
  const accepting = new Map<string, Promise<Accepted>>();

  // Requests with one id that arrive at the same time wait for the same promise.
  function accept(asker: Asker, requestId: string, store: () => Promise<Accepted>) {
    const key = `${asker.id} ${requestId}`;
    let accepted = accepting.get(key);
    if (accepted === undefined) {
      accepted = store()
        .then((stored) => ensureStarted(stored, asker))
        .finally(() => accepting.delete(key));
      accepting.set(key, accepted);
    }
    return accepted;
  }

  // A stored reply that waits and that nobody runs was stored by a commit whose answer was lost.
  // It is read once more, since it may have ended after it was read first.
  async function ensureStarted(accepted: Accepted, asker: Asker): Promise<Accepted> {
    if (running.has(accepted.reply.id) || accepted.reply.status !== "queued") return accepted;
    const reply = accepted.fresh ? accepted.reply : await readMessage(db, accepted.reply.id);
    if (reply.status === "queued" && !running.has(reply.id)) start({ ...accepted, reply }, asker);
    return { ...accepted, reply };
  }

  return accept;
}
