import type { Db } from "#db/connect.ts";
import { type Message, ownedMessage, ownedReply } from "./access.ts";
import { stopped } from "./answer.ts";
import { deleteBranch, readBranch } from "./deletions.ts";
import { endedReply } from "./recover-replies.ts";
import type { ReplyRun } from "./reply-run.ts";

/** The ways in which people end replies that are under way. */
export function createStopping(db: Db, running: ReadonlyMap<string, ReplyRun>) {
  const runsOf = (matches: (reply: Message) => boolean) =>
    [...running.values()].filter(({ reply }) => matches(reply));

  return {
    /** Stops one of the user's replies and returns it as stored. */
    async stop(userId: string, messageId: string): Promise<Message> {
      const { message } = await ownedReply(db, userId, messageId);
      const run = running.get(message.id);
      if (run === undefined) return endedReply(db, message);
      run.abort(stopped);
      return run.ended;
    },

    /** Stops the replies of a chat that has been deleted. */
    abandon(chatId: string) {
      for (const run of runsOf((reply) => reply.chatId === chatId)) run.abort(stopped);
    },

    /** Stops all replies of a user and waits until they are stored or cannot be. */
    stopAll: (userId: string) => stopAll(runsOf((reply) => reply.userId === userId)),

    /** Deletes a message and all that follow it, and returns how many those were. */
    async delete(userId: string, messageId: string): Promise<number> {
      const { message } = await ownedMessage(db, userId, messageId);
      const ids = await readBranch(db, message.id);
      await stopAll(ids.flatMap((id) => running.get(id) ?? []));
      return deleteBranch(db, ids);
    },
  };
}

async function stopAll(runs: ReplyRun[]): Promise<void> {
  for (const run of runs) run.abort(stopped);
  await Promise.allSettled(runs.map((run) => run.ended));
}
