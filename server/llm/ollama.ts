import { Ollama } from "ollama";
import { AppError } from "../errors.ts";
import { LOAD_LIMIT, OLLAMA_CALL_LIMIT, STALL_LIMIT } from "../limits.ts";
import { inChatSpan, inModelSpan } from "../telemetry/model-span.ts";
import { createHttpFetch } from "./http-fetch.ts";
import type { Host } from "./model-host.ts";
import { toChatError, toDeleteError, toPullError, toUnavailable } from "./ollama-errors.ts";

export type ChatMessage = { role: "system" | "user" | "assistant"; content: string };

export type ChatRequest = {
  model: string;
  messages: ChatMessage[];
  /** The context in tokens; the same for every request to a model, or it would be loaded again. */
  numCtx: number;
  /** The greatest length of the answer in tokens. */
  numPredict: number;
  temperature?: number | undefined;
  topP?: number | undefined;
  topK?: number | undefined;
  seed?: number | undefined;
  /** Undefined leaves it to the model; false is an error for some models that cannot think. */
  think?: boolean | undefined;
};

/** The end of an answer; durations in milliseconds. */
export type ChatEnd = {
  promptTokens: number;
  completionTokens: number;
  loadDuration: number;
  generationDuration: number;
  truncated: boolean;
};

type OnPiece = (text: string, thinking: string) => void;

export type Embedded = { vectors: number[][]; promptTokens: number };

export type InstalledModel = {
  name: string;
  digest: string;
  sizeBytes: number;
  modifyTime: number;
  parameterSize: string;
  quantization: string;
};

export type ModelFacts = { contextLength: number; capabilities: string[] };

export type PullProgress = { status: string; digest?: string; completed?: number; total?: number };

export type OllamaApi = ReturnType<typeof createOllama>;

/** Ollama's HTTP API as Prosa needs it; `host` may have to be waited for. */
export function createOllama(host: () => Promise<Host>) {
  async function connect(signal: AbortSignal) {
    const { fetch, drain } = createHttpFetch(signal);
    const { url, headers = {} } = await host();
    return { ollama: new Ollama({ host: url, headers, fetch }), drain };
  }

  async function call<T>(what: (ollama: Ollama) => Promise<T>): Promise<T> {
    try {
      const { ollama } = await connect(AbortSignal.timeout(OLLAMA_CALL_LIMIT));
      return await what(ollama);
    } catch (error) {
      throw toUnavailable(error);
    }
  }

  /** Does what may have to wait until the model is in memory; rejects as `chat` does. */
  const patiently = <T>(operation: "embeddings" | "load", ...call: Parameters<typeof wait<T>>) =>
    inModelSpan(operation, call[0], () => wait(...call));

  async function wait<T>(
    model: string,
    signal: AbortSignal | undefined,
    what: (ollama: Ollama) => Promise<T>,
  ): Promise<T> {
    const stall = stallSignal(model);
    const both = signal === undefined ? stall.signal : AbortSignal.any([signal, stall.signal]);
    try {
      const { ollama } = await connect(both);
      return await what(ollama);
    } catch (error) {
      if (both.aborted) throw both.reason;
      throw toChatError(error, model);
    } finally {
      stall.end();
    }
  }

  async function chat(request: ChatRequest, signal: AbortSignal, onPiece: OnPiece) {
    const stall = stallSignal(request.model);
    const both = AbortSignal.any([signal, stall.signal]);
    try {
      const { ollama, drain } = await connect(both);
      for await (const line of await ollama.chat(toBody(request))) {
        stall.alive();
        const { content, thinking } = line.message ?? {};
        if (content || thinking) onPiece(content || "", thinking || "");
        if (!line.done) continue;
        drain();
        return toChatEnd(line);
      }
      throw new Error("the stream ended without its last line");
    } catch (error) {
      if (both.aborted) throw both.reason;
      throw toChatError(error, request.model);
    } finally {
      stall.end();
    }
  }

  return {
    /**
     * Streams an answer into `onPiece` (text, thinking). Resolves only after a line with
     * `done:true`; rejects with an AppError, or with the signal's reason.
     */
    chat: (request: ChatRequest, signal: AbortSignal, onPiece: OnPiece): Promise<ChatEnd> =>
      inChatSpan(request.model, () => chat(request, signal, onPiece)),

    /** A vector for each text, in their order; a text that is too long is an error. */
    embed: (
      { model, texts, numCtx }: { model: string; texts: string[]; numCtx: number },
      signal: AbortSignal,
    ): Promise<Embedded> =>
      patiently("embeddings", model, signal, async (ollama) => {
        const options = { num_ctx: numCtx };
        const answer = await ollama.embed({ model, input: texts, truncate: false, options });
        if (answer.embeddings.length !== texts.length) throw new Error("a vector is missing");
        return { vectors: answer.embeddings, promptTokens: answer.prompt_eval_count ?? 0 };
      }),

    /** Brings a model into memory, with the context that its requests will ask for. */
    load: (model: string, numCtx: number, ability: "completion" | "embedding"): Promise<void> =>
      patiently("load", model, undefined, async (ollama) => {
        const options = { num_ctx: numCtx };
        // Ollama refuses to chat with a model that only makes vectors, even about nothing.
        if (ability === "embedding") await ollama.embed({ model, input: [], options });
        else await ollama.chat({ model, messages: [], stream: false, options });
      }),

    /** Takes a model out of memory; Ollama may need a moment more than this. */
    unload: (model: string) =>
      call(async (ollama) => void (await ollama.chat({ model, messages: [], keep_alive: 0 }))),

    list: () =>
      call(async (ollama): Promise<InstalledModel[]> => {
        const { models } = await ollama.list();
        return models.map((model) => ({
          name: model.name.replace(/:latest$/, ""),
          digest: model.digest,
          sizeBytes: model.size,
          modifyTime: new Date(model.modified_at).getTime() || 0,
          parameterSize: model.details?.parameter_size ?? "",
          quantization: model.details?.quantization_level ?? "",
        }));
      }),

    /** The names of the models that are in memory. */
    loaded: () =>
      call(async (ollama) => {
        const { models } = await ollama.ps();
        return new Set(models.map((model) => model.name.replace(/:latest$/, "")));
      }),

    show: (model: string) =>
      call(async (ollama): Promise<ModelFacts> => {
        const shown = await ollama.show({ model });
        const info = shown.model_info as unknown as Record<string, unknown>;
        const length = info[`${String(info["general.architecture"])}.context_length`];
        return {
          contextLength: typeof length === "number" ? length : 0,
          capabilities: shown.capabilities ?? [],
        };
      }),

    /** Rejects with MODEL_UNSUITABLE for a model that must stay. */
    async delete(model: string): Promise<void> {
      try {
        const { ollama } = await connect(AbortSignal.timeout(OLLAMA_CALL_LIMIT));
        await ollama.delete({ model });
      } catch (error) {
        throw toDeleteError(error, model);
      }
    },

    /** Brings a model; rejects with an AppError, or with the signal's reason. */
    async pull(model: string, signal: AbortSignal, onProgress: (progress: PullProgress) => void) {
      try {
        const { ollama } = await connect(signal);
        for await (const line of await ollama.pull({ model, stream: true })) onProgress(line);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw toPullError(error, model);
      }
    },
  };
}

function toBody(request: ChatRequest) {
  const options = {
    num_ctx: request.numCtx,
    num_predict: request.numPredict,
    ...(request.temperature !== undefined && { temperature: request.temperature }),
    ...(request.topP !== undefined && { top_p: request.topP }),
    ...(request.topK !== undefined && { top_k: request.topK }),
    ...(request.seed !== undefined && { seed: request.seed }),
  };
  return {
    model: request.model,
    messages: request.messages,
    stream: true as const,
    // Ollama would cut the conversation silently; Prosa does it itself and says so.
    truncate: false,
    options,
    ...(request.think !== undefined && { think: request.think }),
  };
}

type LastLine = {
  done_reason?: string;
  prompt_eval_count?: number;
  eval_count?: number;
  load_duration?: number;
  eval_duration?: number;
};

// Ollama leaves out what is zero, and counts in nanoseconds.
function toChatEnd(line: LastLine): ChatEnd {
  return {
    promptTokens: line.prompt_eval_count ?? 0,
    completionTokens: line.eval_count ?? 0,
    loadDuration: (line.load_duration ?? 0) / 1e6,
    generationDuration: (line.eval_duration ?? 0) / 1e6,
    truncated: line.done_reason === "length",
  };
}

/** Aborts when the model is silent for too long: longer while it may be loading than afterwards. */
function stallSignal(model: string) {
  const controller = new AbortController();
  const stalled = () =>
    controller.abort(
      new AppError("MODEL_STALLED", `${model} sent nothing for too long.`, { metadata: { model } }),
    );
  let timer = setTimeout(stalled, LOAD_LIMIT);
  let begun = false;
  return {
    signal: controller.signal,
    alive() {
      if (begun) {
        timer.refresh();
        return;
      }
      begun = true;
      clearTimeout(timer);
      timer = setTimeout(stalled, STALL_LIMIT);
    },
    end: () => clearTimeout(timer),
  };
}
