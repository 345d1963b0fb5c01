import { orAbort } from "#db/scope.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { UNLOAD_CHECK, UNLOAD_LIMIT } from "../limits.ts";
import type { Model, Models } from "./models.ts";
import type { OllamaApi } from "./ollama.ts";
import type { Queue } from "./queue.ts";

export type Memory = ReturnType<typeof createMemory>;

/** Brings models into memory and takes them out, each in its turn in the model's line. */
export function createMemory(deps: { ollama: OllamaApi; models: Models; queue: Queue }) {
  const { ollama, models, queue } = deps;
  async function load(name: string): Promise<Model> {
    const { name: model, contextWindow, capabilities } = await models.look(name);
    const ability = onlyEmbeds(capabilities) ? "embedding" : "completion";
    const never = new AbortController().signal;
    const task = () => ollama.load(model, contextWindow, ability);
    await queue.run(model, never, () => {}, task);
    return models.look(name);
  }

  return {
    /** Resolves when the model is in memory; the signal ends the wait for it, and nothing else. */
    load: (name: string, signal: AbortSignal): Promise<Model> => orAbort(load(name), signal),

    /** Resolves when the model is out of memory; the answers before it end first. */
    async unload(name: string, signal: AbortSignal): Promise<Model> {
      const { name: model } = await models.look(name);
      await queue.alone(model, signal, async () => {
        if (!(await models.isLoaded(model))) return;
        await ollama.unload(model);
        await gone(() => models.isLoaded(model));
      });
      return models.look(name);
    },
  };
}

const onlyEmbeds = (capabilities: string[]) =>
  capabilities.includes("embedding") && !capabilities.includes("completion");

/** Ollama answers before it has freed the memory. */
async function gone(isLoaded: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + UNLOAD_LIMIT;
  while (Date.now() < end && (await isLoaded())) await sleep(UNLOAD_CHECK);
}
