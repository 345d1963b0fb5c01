import { AppError } from "../errors.ts";
import type { ChatMessage } from "./ollama.ts";

/** What a model's template adds around each message, in tokens; generous on purpose. */
const TOKENS_PER_MESSAGE = 8;
/** Tokens per byte of text until a model has told how it counts. */
const FIRST_GUESS = 0.4;
/** What an answer gets at least: a quarter of the context, at most 1,024 tokens. */
const ANSWER_SHARE = 4;
const MAX_ANSWER_RESERVE = 1024;

export type Turn = { id: string; role: "user" | "assistant"; text: string };

export type Prompt = {
  messages: ChatMessage[];
  /** The oldest turn that is in the prompt; null when all are. */
  startId: string | null;
  /** The length of all texts in bytes, for calibration. */
  bytes: number;
  /** Tokens that are left for the answer. */
  room: number;
};

/** Estimates tokens from bytes, by what each model has counted before. */
export function createEstimator() {
  const rates = new Map<string, number>();
  const rate = (model: string) => rates.get(model) ?? FIRST_GUESS;
  return {
    tokens: (model: string, bytes: number, messages: number) =>
      Math.ceil(bytes * rate(model)) + messages * TOKENS_PER_MESSAGE,
    /** Learns from a prompt whose true length the model has told. */
    learn(model: string, prompt: { bytes: number; messages: unknown[] }, tokens: number) {
      // A short prompt is mostly template and says little about the text.
      if (prompt.bytes < 64 || tokens <= 0) return;
      const seen = tokens / prompt.bytes;
      const known = rates.get(model);
      // Up at once, down slowly: too low a rate overruns the context.
      rates.set(model, known === undefined || seen > known ? seen : known * 0.9 + seen * 0.1);
    },
  };
}

export type Estimator = ReturnType<typeof createEstimator>;

type Input = { model: string; system: string; turns: Turn[]; window: number };

/**
 * The newest turns that fit into the model's context together with the system prompt, leaving room
 * for the answer. Throws CONTEXT_EXCEEDED when not even the last turn fits.
 */
export function buildPrompt(estimator: Estimator, { model, system, turns, window }: Input): Prompt {
  const reserve = Math.min(MAX_ANSWER_RESERVE, Math.floor(window / ANSWER_SHARE));
  const budget = window - reserve;
  let bytes = Buffer.byteLength(system);
  let count = system === "" ? 0 : 1;
  let start = turns.length;
  while (start > 0) {
    const next = bytes + Buffer.byteLength(turns[start - 1]!.text);
    if (estimator.tokens(model, next, count + 1) > budget) break;
    bytes = next;
    count += 1;
    start -= 1;
  }
  if (start === turns.length) {
    const tokens = estimator.tokens(
      model,
      bytes + Buffer.byteLength(turns.at(-1)!.text),
      count + 1,
    );
    throw new AppError("CONTEXT_EXCEEDED", "The text is longer than the model's context.", {
      metadata: { model, tokens: String(tokens), limit: String(budget) },
    });
  }
  // A conversation that is cut begins with a question, not in mid-answer.
  if (start > 0 && turns[start]!.role === "assistant" && start < turns.length - 1) start += 1;
  const kept = turns.slice(start);
  return {
    messages: [
      ...(system === "" ? [] : [{ role: "system" as const, content: system }]),
      ...kept.map((turn) => ({ role: turn.role, content: turn.text })),
    ],
    startId: start === 0 ? null : kept[0]!.id,
    bytes,
    room: Math.max(1, window - estimator.tokens(model, bytes, count)),
  };
}

/** Tokens that a conversation leaves for the answer; throws CONTEXT_EXCEEDED when it is too long. */
export function roomFor(
  estimator: Estimator,
  model: string,
  messages: ChatMessage[],
  window: number,
) {
  const bytes = messages.reduce((sum, message) => sum + Buffer.byteLength(message.content), 0);
  const tokens = estimator.tokens(model, bytes, messages.length);
  if (tokens < window) return window - tokens;
  throw new AppError("CONTEXT_EXCEEDED", "The conversation is longer than the model's context.", {
    metadata: { model, tokens: String(tokens), limit: String(window) },
  });
}
