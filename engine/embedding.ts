import type { LlamaEmbeddingContext, LlamaModel, Token } from "node-llama-cpp";
import { Failure } from "./failure.ts";

/** Beyond what fits, since node-llama-cpp wants one place more than there are tokens. */
const SPARE = 8;

export type Embedded = { vectors: number[][]; promptTokens: number };

/** Vectors of length 1, made in a context of their own that is there from the first text on. */
export function createEmbed(
  model: LlamaModel,
  { contextSize, ...more }: { contextSize: number; threads?: number },
) {
  const size = contextSize + SPARE;
  let context: Promise<LlamaEmbeddingContext> | undefined;

  function ready(): Promise<LlamaEmbeddingContext> {
    // A model that is made for vectors looks at a whole text at once.
    const whole = model.fileInfo.architectureMetadata.pooling_type !== undefined;
    const batch = whole ? { batchSize: size } : {};
    context ??= model.createEmbeddingContext({ contextSize: size, ...batch, ...more });
    context.catch(() => (context = undefined));
    return context;
  }

  /** Cuts what is too long, or throws in Ollama's words when that is not wanted. */
  return async function embed(
    texts: string[],
    truncate: boolean,
    signal: AbortSignal,
  ): Promise<Embedded> {
    const embedding = await ready();
    const lengthOf = (tokens: Token[]) => embedding.calculateInputLength(tokens);
    const fitting = texts.map((text) => {
      const tokens = model.tokenize(text);
      const excess = lengthOf(tokens) - contextSize;
      if (excess <= 0) return tokens;
      if (!truncate) throw new Failure(400, "the input length exceeds the context length");
      return tokens.slice(0, tokens.length - excess);
    });
    const vectors: number[][] = [];
    for (const tokens of fitting) {
      signal.throwIfAborted();
      vectors.push(normalise((await embedding.getEmbeddingFor(tokens)).vector));
    }
    return { vectors, promptTokens: fitting.reduce((sum, tokens) => sum + lengthOf(tokens), 0) };
  };
}

function normalise(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}
