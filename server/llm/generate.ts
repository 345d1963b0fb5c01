import type { GenerationOptions } from "#db/schema/index.ts";
import { AppError } from "../errors.ts";
import { LOADING_CHECK } from "../limits.ts";
import type { ModelMetrics } from "../telemetry/model-metrics.ts";
import type { AnswersUnderWay, Asked } from "./answers-under-way.ts";
import type { Model, Models } from "./models.ts";
import type { ChatEnd, ChatMessage, OllamaApi } from "./ollama.ts";
import type { Place, Queue } from "./queue.ts";

export type Asking = {
  asked: Asked;
  model: Model;
  messages: ChatMessage[];
  options: GenerationOptions;
  /** Tokens that the context has left for the answer. */
  room: number;
  think?: boolean | undefined;
};

/** What is told while an answer is made, in this order; the pieces last. */
export type Listener = {
  queued?: (place: Place) => void;
  started?: () => void;
  loading?: () => void;
  piece: (text: string, thinking: string) => void;
};

/** What an answer cost; durations in milliseconds. */
export type Generated = ChatEnd & { timeToFirstToken: number; totalDuration: number };

export type Generate = ReturnType<typeof createGenerate>;

type Deps = {
  ollama: OllamaApi;
  models: Models;
  queue: Queue;
  metrics: ModelMetrics;
  underWay: AnswersUnderWay;
};

/** Asks a model when it is its turn. */
export function createGenerate(deps: Deps) {
  return async (asking: Asking, signal: AbortSignal, told: Listener): Promise<Generated> => {
    const { name } = asking.model;
    const { listener, leave } = deps.underWay.enter(asking.asked, name, told);
    const start = performance.now();
    const task = () => {
      deps.metrics.waited(name, performance.now() - start);
      return ask(deps, asking, signal, listener);
    };
    return deps.queue.run(name, signal, listener.queued, task).finally(leave);
  };
}

async function ask(
  { ollama, models, metrics }: Deps,
  { model, messages, options, room, think }: Asking,
  signal: AbortSignal,
  listener: Listener,
): Promise<Generated> {
  const start = performance.now();
  let first: number | undefined;
  listener.started?.();
  // A loaded model answers before this; only who waits is told about loading.
  const check = setTimeout(() => {
    models.isLoaded(model.name).then(
      (loaded) => {
        if (!loaded && first === undefined && !signal.aborted) listener.loading?.();
      },
      () => undefined,
    );
  }, LOADING_CHECK);
  try {
    const { maxTokens, ...sampling } = options;
    const request = {
      model: model.name,
      messages,
      numCtx: model.contextWindow,
      numPredict: Math.min(maxTokens ?? room, room),
      ...sampling,
      ...(think !== undefined && { think }),
    };
    const end = await ollama.chat(request, signal, (text, thinking) => {
      if (first === undefined) {
        first = performance.now();
        metrics.firstToken(model.name, first - start);
      }
      listener.piece(clean(text), clean(thinking));
    });
    metrics.answered(model.name, end);
    const now = performance.now();
    return { ...end, timeToFirstToken: (first ?? now) - start, totalDuration: now - start };
  } finally {
    clearTimeout(check);
  }
}

// PostgreSQL stores neither NUL nor half of a surrogate pair, and UTF-8 has no form for the latter.
function clean(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes("\0") ? whole.replaceAll("\0", "\uFFFD") : whole;
}

/** The true length of a prompt and the limit, when an error tells that it was exceeded. */
export function exceededBy(error: unknown): { tokens: number; limit: number } | undefined {
  if (!(error instanceof AppError) || error.reason !== "CONTEXT_EXCEEDED") return undefined;
  const { tokens, limit } = error.metadata;
  return tokens === undefined ? undefined : { tokens: Number(tokens), limit: Number(limit) };
}
