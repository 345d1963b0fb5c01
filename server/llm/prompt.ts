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

/** Below this the template weighs more than the text, and above it the text more. */
const LONG_PROMPT = 2000;

/** Estimates tokens from bytes, by what each model has counted before. */
export function createEstimator() {
  /** Tokens per byte of text, and those of the template beside the text. */
  const known = new Map<string, { rate: number; base: number }>();
  const of = (model: string) => known.get(model) ?? { rate: FIRST_GUESS, base: 0 };
  return {
    tokens(model: string, bytes: number, messages: number) {
      const { rate, base } = of(model);
      return Math.ceil(base + bytes * rate) + messages * TOKENS_PER_MESSAGE;
    },
    /** Learns from a prompt whose true length the model has told. */
    learn(model: string, prompt: { bytes: number; messages: unknown[] }, tokens: number) {
      if (prompt.bytes <= 0 || tokens <= 0) return;
      const { rate, base } = of(model);
      if (prompt.bytes < LONG_PROMPT) {
        const beside = tokens - prompt.bytes * rate - prompt.messages.length * TOKENS_PER_MESSAGE;
        known.set(model, { rate, base: Math.max(0, beside) });
        return;
      }
      const seen = Math.max(0, tokens - base) / prompt.bytes;
      // Up at once, down slowly: too low a rate overruns the context.
      const next = seen > rate ? seen : rate * 0.9 + seen * 0.1;
      known.set(model, { rate: known.has(model) ? next : seen, base });
    },
  };
}

export type Estimator = ReturnType<typeof createEstimator>;

type Input = {
  model: string;
  system: string;
  turns: Turn[];
  /** What there is of the answer already: the model goes on where it ends. */
  begun?: string;
  window: number;
};

/**
 * The newest turns that fit into the model's context together with the system prompt, leaving room
 * for the answer; at least the last turn.
 */
export function buildPrompt(
  estimator: Estimator,
  { model, system, turns, begun = "", window }: Input,
): Prompt {
  const reserve = reserveOf(window);
  const budget = window - reserve;
  let bytes = Buffer.byteLength(system) + Buffer.byteLength(begun);
  let count = (system === "" ? 0 : 1) + (begun === "" ? 0 : 1);
  let start = turns.length;
  while (start > 0) {
    const next = bytes + Buffer.byteLength(turns[start - 1]!.text);
    if (estimator.tokens(model, next, count + 1) > budget) break;
    bytes = next;
    count += 1;
    start -= 1;
  }
  // Whether the last turn alone fits the model itself knows best; it refuses what is too long.
  if (start === turns.length) {
    start -= 1;
    bytes += Buffer.byteLength(turns[start]!.text);
    count += 1;
  }
  // A conversation that is cut begins with a question, not in mid-answer.
  if (start > 0 && turns[start]!.role === "assistant" && start < turns.length - 1) start += 1;
  const kept = turns.slice(start);
  return {
    messages: [
      ...(system === "" ? [] : [{ role: "system" as const, content: system }]),
      ...kept.map((turn) => ({ role: turn.role, content: turn.text })),
      ...(begun === "" ? [] : [{ role: "assistant" as const, content: begun }]),
    ],
    startId: start === 0 ? null : kept[0]!.id,
    bytes,
    room: Math.max(reserve, window - estimator.tokens(model, bytes, count)),
  };
}

/** Tokens that a conversation leaves for the answer, as far as can be told; the model refuses what is too long. */
export function roomFor(
  estimator: Estimator,
  model: string,
  messages: ChatMessage[],
  window: number,
) {
  const bytes = messages.reduce((sum, message) => sum + Buffer.byteLength(message.content), 0);
  return Math.max(reserveOf(window), window - estimator.tokens(model, bytes, messages.length));
}

function reserveOf(window: number) {
  return Math.min(MAX_ANSWER_RESERVE, Math.floor(window / ANSWER_SHARE));
}
