import type { Db } from "#db/connect.ts";
import { currentSignal, orAbort, runDetached } from "#db/scope.ts";
import { createAllowance } from "../llm/allowance.ts";
import type { Models } from "../llm/models.ts";
import type { Accepted, Admit } from "./accepted.ts";
import { readMessage } from "./messages.ts";
import type { ReplyRun } from "./reply-run.ts";

/** The person who asks for a reply. */
export type Asker = { id: string; locale: string };

type Deps = {
  db: Db;
  models: Models;
  running: ReadonlyMap<string, ReplyRun>;
  start: (accepted: Accepted, asker: Asker) => void;
};

/** Returns the function that stores what is asked for and starts its reply, once per request id. */
export function createAcceptance({ db, models, running, start }: Deps) {
  const accepting = new Map<string, Promise<Accepted>>();
  const allowance = createAllowance();

  async function storeAndStart(asker: Asker, store: (admit: Admit) => Promise<Accepted>) {
    let leave = () => {};
    let taken = false;
    // A missing model and a user's too many replies are refused before anything is stored.
    const admit: Admit = (chat, model) => {
      if (!taken) leave = allowance.take(asker.id);
      taken = true;
      return models.choose(model || chat.model, "needed");
    };
    try {
      const accepted = await ensureStarted(await store(admit), asker);
      const run = accepted.fresh ? running.get(accepted.reply.id) : undefined;
      if (run === undefined) leave();
      else run.ended.then(leave, leave);
      return accepted;
    } catch (error) {
      leave();
      throw error;
    }
  }

  // A stored reply that waits and that nobody runs was stored by a commit whose answer was lost.
  // It is read once more, since it may have ended after it was read first.
  async function ensureStarted(accepted: Accepted, asker: Asker): Promise<Accepted> {
    if (running.has(accepted.reply.id) || accepted.reply.status !== "queued") return accepted;
    const reply = accepted.fresh ? accepted.reply : await readMessage(db, accepted.reply.id);
    if (reply.status === "queued" && !running.has(reply.id)) start({ ...accepted, reply }, asker);
    return { ...accepted, reply };
  }

  return (asker: Asker, requestId: string, store: (admit: Admit) => Promise<Accepted>) => {
    // Requests with one id that arrive at the same time wait for the same promise, each for as long
    // as it may: the deadline of the first one is not that of the others.
    const key = `${asker.id} ${requestId}`;
    let accepted = accepting.get(key);
    if (accepted === undefined) {
      const stored = runDetached(() => storeAndStart(asker, store));
      accepted = stored.finally(() => accepting.delete(key));
      accepting.set(key, accepted);
    }
    return orAbort(accepted, currentSignal());
  };
}
