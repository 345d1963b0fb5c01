import { randomInt } from "node:crypto";
import { statSync } from "node:fs";
import type { Llama, LlamaModel, LlamaContextSequence, Token } from "node-llama-cpp";
import { createEmbed, type Embedded } from "./embedding.ts";
import { Failure } from "./failure.ts";
import type { Options } from "./options.ts";
import { createPrompt, type Message } from "./prompt.ts";
import { createTextPieces } from "./text-pieces.ts";
import { createTokenBytes } from "./token-bytes.ts";

/** A stopped request waits at most for this many tokens of prompt. */
const PROMPT_CHUNK = 128;
/** Below this size more threads cost more in waiting for each other than they bring. */
const SINGLE_THREAD_BYTES = 64 * 1024 ** 2;

export type Generation = {
  reason: "stop" | "length";
  promptTokens: number;
  outputTokens: number;
  promptNanoseconds: number;
  outputNanoseconds: number;
};

export type LoadedModel = {
  contextSize: number;
  bytes: number;
  vramBytes: number;
  chatTokens(messages: Message[]): Token[];
  textTokens(text: string): Token[];
  generate(
    prompt: Token[],
    options: Options,
    onText: (text: string) => Promise<void>,
    signal: AbortSignal,
  ): Promise<Generation>;
  embed(texts: string[], truncate: boolean, signal: AbortSignal): Promise<Embedded>;
  dispose(): Promise<void>;
};

let llama: Promise<Llama> | undefined;

// Loaded on first use: an engine that nobody asks stays small.
async function startLlama(): Promise<Llama> {
  const { getLlama, LlamaLogLevel } = await import("node-llama-cpp");
  return getLlama({
    gpu: process.platform === "darwin" ? "auto" : false,
    build: "never",
    skipDownload: true,
    progressLogs: false,
    logLevel: LlamaLogLevel.error,
    logger: (level, message) => console.error(`llama.cpp ${level}: ${message.trimEnd()}`),
  });
}

function repeatPenalty(options: Options, output: Token[]) {
  if (options.repeat_penalty === 1 || options.repeat_last_n === 0) return {};
  const last = options.repeat_last_n < 0 ? 0 : -options.repeat_last_n;
  const punishTokens = () => output.slice(last);
  return { repeatPenalty: { penalty: options.repeat_penalty, punishTokens } };
}

async function evaluatePrompt(
  sequence: LlamaContextSequence,
  prompt: Token[],
  signal: AbortSignal,
): Promise<Token[]> {
  // The last token is always evaluated anew, since it gives the first of the answer.
  await sequence.adaptStateToTokens(prompt.slice(0, -1), false);
  let from = sequence.nextTokenIndex;
  while (prompt.length - from > PROMPT_CHUNK) {
    signal.throwIfAborted();
    await sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(from, from + PROMPT_CHUNK));
    from += PROMPT_CHUNK;
  }
  signal.throwIfAborted();
  return prompt.slice(from);
}

function createGenerate(model: LlamaModel, sequence: LlamaContextSequence, contextSize: number) {
  const bytesOf = createTokenBytes(model);
  return async function generate(
    prompt: Token[],
    options: Options,
    onText: (text: string) => Promise<void>,
    signal: AbortSignal,
  ): Promise<Generation> {
    const start = process.hrtime.bigint();
    const pieces = createTextPieces(options.stop);
    const room = contextSize - prompt.length;
    const limit = options.num_predict > 0 ? Math.min(options.num_predict, room) : room;
    const output: Token[] = [];
    let first = start;
    let reason: "stop" | "length" = "length";

    const tail = await evaluatePrompt(sequence, prompt, signal);
    const tokens = sequence.evaluate(tail, {
      temperature: options.temperature,
      topK: options.top_k,
      topP: options.top_p,
      minP: options.min_p,
      seed: options.seed < 0 ? randomInt(2 ** 32 - 1) : options.seed,
      yieldEogToken: true,
      ...repeatPenalty(options, output),
    });
    for await (const token of tokens) {
      signal.throwIfAborted();
      if (output.push(token) === 1) first = process.hrtime.bigint();
      if (model.isEogToken(token)) {
        reason = "stop";
        break;
      }
      const { text, stopped } = pieces.push(bytesOf(token));
      if (text) await onText(text);
      if (stopped) reason = "stop";
      if (stopped || output.length >= limit) break;
    }
    const rest = pieces.end();
    if (rest.text) await onText(rest.text);
    return {
      reason,
      promptTokens: prompt.length,
      outputTokens: output.length,
      promptNanoseconds: Number(first - start),
      outputNanoseconds: Number(process.hrtime.bigint() - first),
    };
  };
}

export async function loadModel(
  path: string,
  contextSize: number,
  signal: AbortSignal,
): Promise<LoadedModel> {
  llama ??= startLlama();
  llama.catch(() => (llama = undefined));
  const engine = await llama.catch((cause: unknown) => {
    throw new Failure(500, "llama.cpp has no ready build for this machine", { cause });
  });
  const model = await engine.loadModel({ modelPath: path, loadSignal: signal });
  try {
    const small = statSync(path).size < SINGLE_THREAD_BYTES;
    const options = { contextSize, ...(small && { threads: 1 }) };
    const context = await model.createContext({ ...options, createSignal: signal });
    const { ram, vram } = context.memoryUsage;
    return {
      contextSize,
      bytes: model.size + ram + vram,
      vramBytes: vram,
      ...(await createPrompt(model)),
      generate: createGenerate(model, context.getSequence(), contextSize),
      embed: createEmbed(model, options),
      dispose: () => model.dispose(),
    };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}
