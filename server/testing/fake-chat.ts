import type { ServerResponse } from "node:http";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { FakeAnswer } from "./fake-answer.ts";

/** What `playAnswer` must know about the request. */
export interface FakeChat {
  readonly model: string;
  readonly answer: FakeAnswer;
  /** Whether the answer was cut at `num_predict`. */
  readonly truncated: boolean;
  readonly promptTokens: number;
  readonly loadMs: number;
  /** Aborted when the client leaves. */
  readonly left: AbortSignal;
}

const linesPerWrite = 32;
const createdAt = "2026-11-01T12:00:00.000000000Z";
const nanoseconds = 1_000_000;
const serialised = new Map<string, readonly string[]>();
const serialisedLimit = 64;

/** Streams an answer as Ollama does, up to its end or its fault. */
export async function playAnswer(response: ServerResponse, chat: FakeChat): Promise<void> {
  const { answer, left } = chat;
  const started = performance.now();
  response.setHeader("content-type", "application/x-ndjson");
  const lines = serialise(chat.model, answer);
  if (answer.delayMs > 0) await sendPaced(response, lines, answer.delayMs, left);
  else await sendAtOnce(response, lines, left);
  if (left.aborted || answer.fault === "stall") return;
  if (answer.fault === "cut") {
    response.end();
  } else if (answer.fault === "error-midway") {
    response.end('{"error":"an error was encountered while running the model: CUDA error"}\n');
  } else {
    response.end(finalLine(chat, performance.now() - started));
  }
}

function serialise(model: string, answer: FakeAnswer): readonly string[] {
  const key = `${model}\0${answer.thinking.length}\0${answer.pieces.join("\x01")}`;
  const known = serialised.get(key);
  if (known !== undefined) return known;
  const line = (message: object) =>
    `${JSON.stringify({ model, created_at: createdAt, message: { role: "assistant", ...message }, done: false })}\n`;
  const lines = [
    ...answer.thinking.map((thinking) => line({ content: "", thinking })),
    ...answer.pieces.map((content) => line({ content })),
  ];
  if (serialised.size >= serialisedLimit) serialised.clear();
  serialised.set(key, lines);
  return lines;
}

async function sendAtOnce(
  response: ServerResponse,
  lines: readonly string[],
  left: AbortSignal,
): Promise<void> {
  for (let from = 0; from < lines.length && !left.aborted; from += linesPerWrite) {
    const room = response.write(lines.slice(from, from + linesPerWrite).join(""));
    if (room) await nextTurn();
    else await drained(response, left);
  }
}

async function sendPaced(
  response: ServerResponse,
  lines: readonly string[],
  delayMs: number,
  left: AbortSignal,
): Promise<void> {
  const started = performance.now();
  for (const [index, line] of lines.entries()) {
    const wait = started + index * delayMs - performance.now();
    if (wait > 0) await sleep(wait);
    if (left.aborted) return;
    response.write(line);
  }
}

function drained(response: ServerResponse, left: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    response.once("drain", resolve);
    left.addEventListener("abort", () => resolve(), { once: true });
  });
}

function finalLine(chat: FakeChat, elapsedMs: number): string {
  const line = {
    model: chat.model,
    created_at: createdAt,
    message: { role: "assistant", content: "" },
    done: true,
    done_reason: chat.truncated ? "length" : "stop",
    total_duration: Math.round((chat.loadMs + elapsedMs) * nanoseconds) + 1,
    ...(chat.loadMs > 0 ? { load_duration: Math.round(chat.loadMs * nanoseconds) } : {}),
    prompt_eval_count: chat.promptTokens,
    prompt_eval_duration: nanoseconds,
    eval_count: chat.answer.thinking.length + chat.answer.pieces.length,
    eval_duration: Math.round(elapsedMs * nanoseconds) + 1,
  };
  return `${JSON.stringify(line)}\n`;
}
