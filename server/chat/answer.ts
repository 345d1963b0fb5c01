import type { Db } from "#db/connect.ts";
import { isUnavailable } from "#db/failure.ts";
import { AppError } from "../errors.ts";
import { exceededBy, type Generate, type Generated } from "../llm/generate.ts";
import type { Models } from "../llm/models.ts";
import { buildPrompt, type Estimator, type Prompt } from "../llm/prompt.ts";
import type { Log } from "../log.ts";
import type { Accepted } from "./accepted.ts";
import { readTurns } from "./messages.ts";
import type { ReplyRun } from "./reply-run.ts";
import type { ReplyEnd } from "./reply-store.ts";

type Deps = { db: Db; models: Models; generate: Generate; estimator: Estimator; log: Log };

/** The reason for which a run is aborted when its user stops it. */
export const stopped = Symbol("stopped by the user");

/** Asks the model and returns how the reply ended; its text is in the run. */
export async function answer(
  deps: Deps,
  run: ReplyRun,
  { chat, message, reply }: Accepted,
): Promise<ReplyEnd> {
  let prompt: Prompt | undefined;
  const begun = run.text.length();
  const finish = (end: Partial<ReplyEnd> & Pick<ReplyEnd, "status">): ReplyEnd => ({
    error: null,
    statistics: null,
    truncated: false,
    contextStartId: prompt?.startId ?? null,
    ...end,
  });
  try {
    const [model, turns] = await Promise.all([
      deps.models.get(reply.model),
      // The first message of a chat is the whole conversation.
      message.parentId === null
        ? [{ id: message.id, role: message.role, text: message.text }]
        : readTurns(deps.db, message.id),
    ]);
    const ask = () => {
      const window = model.contextWindow;
      prompt = buildPrompt(deps.estimator, {
        model: model.name,
        system: chat.systemPrompt,
        turns,
        begun: reply.text,
        window,
      });
      const { messages, room } = prompt;
      const asked = {
        ...{ id: reply.id, userId: reply.userId, purpose: "chat" as const },
        stop: () => run.abort(stopped),
      };
      const asking = { asked, model, messages, room, options: reply.options };
      return deps.generate(asking, run.signal, {
        queued: run.queued,
        started: run.started,
        loading: run.loading,
        piece: (text, thinking) => run.append(text, thinking),
      });
    };
    const generated = await ask().catch((error: unknown): Promise<Generated> => {
      // The model has told the true length of the prompt: with it the next one fits.
      const exceeded = exceededBy(error);
      if (exceeded === undefined || prompt === undefined || run.text.length() > begun) throw error;
      deps.estimator.learn(model.name, prompt, exceeded.tokens);
      return ask();
    });
    deps.estimator.learn(model.name, prompt!, generated.promptTokens);
    const { truncated, ...statistics } = generated;
    return finish({ status: "complete", statistics, truncated });
  } catch (error) {
    if (error === stopped) return finish({ status: "stopped" });
    const shown = toAppError(error);
    if (shown === undefined) deps.log.error({ err: error, reply: reply.id }, "a reply failed");
    const { reason, message: words, metadata } = shown ?? FAILED;
    const status = reason === "SERVER_RESTARTED" ? "interrupted" : "failed";
    return finish({ status, error: { reason, message: words, metadata } });
  }
}

const FAILED = new AppError("MODEL_FAILED", "The reply failed unexpectedly.");

function toAppError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  if (!isUnavailable(error)) return undefined;
  return new AppError("DATABASE_UNAVAILABLE", "The database does not answer.");
}
