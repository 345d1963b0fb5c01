import type { Model } from "./models.ts";
import type { Embedded, OllamaApi } from "./ollama.ts";
import type { Queue } from "./queue.ts";

export type Embed = ReturnType<typeof createEmbed>;

/** Asks a model for the vectors of texts when it is its turn. */
export function createEmbed({ ollama, queue }: { ollama: OllamaApi; queue: Queue }) {
  return ({ name, contextWindow }: Model, texts: string[], signal: AbortSignal) =>
    queue.run<Embedded>(
      name,
      signal,
      () => {},
      () => ollama.embed({ model: name, texts, numCtx: contextWindow }, signal),
    );
}
