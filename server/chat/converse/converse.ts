import type { Db } from "#db/connect.ts";
import type { Models } from "../../llm/models.ts";
import type { Asker } from "../acceptance.ts";
import type { Accepted } from "../accepted.ts";
import { type Chat, ownedChat } from "../access.ts";
import { createChat } from "../chats.ts";
import type { Replies } from "../replies.ts";
import type { ReplyStep } from "../reply-run.ts";
import { createTitleWatch } from "./title-watch.ts";
import { createTurns, type Open, type Turns, type Wish } from "./turns.ts";

type Deps = { db: Db; models: Models; replies: Replies };

/** One step of a conversation as its client sees it. */
export type ConverseStep =
  | { kind: "opened"; chat: Chat }
  | ({ kind: "accepted" } & Accepted)
  | ReplyStep;

type Steps = AsyncGenerator<ConverseStep, void>;

/**
 * Answers what is said in a chat, one after the other, while more may be said. What does not belong
 * into the stream of wishes ends the conversation at once; the reply under way goes on as always.
 */
export async function* converse(
  deps: Deps,
  asker: Asker,
  wishes: AsyncIterable<Wish>,
  signal: AbortSignal,
): Steps {
  const ending = new AbortController();
  const either = AbortSignal.any([signal, ending.signal]);
  const end = (reason: unknown) => ending.abort(reason);
  const turns = createTurns(
    (replyId) => void deps.replies.stop(asker.id, replyId).catch(end),
    either,
  );
  void listen(wishes, turns).catch(end);
  try {
    const open = await turns.opened();
    const chat = await openChat(deps, asker.id, open);
    yield { kind: "opened", chat };
    yield* answerTurns(deps.replies, { asker, chat, open, turns, signal: either });
  } finally {
    // Whoever still waits for a title is let go.
    end(undefined);
  }
}

// Not a `for await`: leaving one closes the request, and with it the way for the error.
async function listen(wishes: AsyncIterable<Wish>, turns: Turns) {
  const incoming = wishes[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await incoming.next();
    if (done === true) return turns.end();
    turns.take(value);
  }
}

async function openChat({ db, models }: Deps, userId: string, open: Open): Promise<Chat> {
  const { chatId, systemPrompt } = open;
  if (chatId !== "") return ownedChat(db, userId, chatId);
  const model = await models.choose(open.model);
  return createChat(db, userId, { requestId: "", title: "", model, systemPrompt, options: {} });
}

type Conversation = {
  asker: Asker;
  chat: Chat;
  open: Open;
  turns: Turns;
  signal: AbortSignal;
};

async function* answerTurns(
  replies: Replies,
  { asker, chat, open, turns, signal }: Conversation,
): Steps {
  const title = createTitleWatch();
  let last = "";
  for (;;) {
    const turn = yield* title.during(turns.next());
    if (turn === undefined) break;
    const parentId = turn.say.parentId || last;
    const input = { ...turn.say, chatId: chat.id, parentId };
    const accepted = yield* title.during(replies.send(asker, input));
    last = accepted.reply.id;
    turns.begin(turn, last);
    yield { kind: "accepted", ...accepted };
    const place = { offset: 0, thinkingOffset: 0, interval: open.interval };
    const steps = replies.follow(accepted.reply, place, signal)[Symbol.asyncIterator]();
    yield* untilFinished(steps, title);
    turns.finish(turn);
    title.expect(steps);
  }
  yield* title.rest();
}

async function* untilFinished(
  steps: AsyncIterator<ReplyStep, void>,
  title: ReturnType<typeof createTitleWatch>,
): AsyncGenerator<ReplyStep, void> {
  let finished = false;
  try {
    while (!finished) {
      const { done, value: step } = yield* title.during(steps.next());
      if (done === true) return;
      yield step;
      finished = step.kind === "finished";
    }
  } finally {
    if (!finished) void steps.return?.();
  }
}
