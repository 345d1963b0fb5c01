import { Capability, type Model, ModelSchema } from "#proto/prosa/llm/v1/model_pb.ts";
import { DeleteModelResponseSchema } from "#proto/prosa/llm/v1/model_service_pb.ts";
import { cleanLine } from "../clean.ts";
import type { Command } from "../command.ts";
import { checkModel } from "../names.ts";
import { printResult } from "../print-result.ts";
import { formatBytes } from "../progress.ts";

/** Loading takes as long as it takes. */
const UNLIMITED = 0;

export const list: Command = {
  words: { least: 0, most: 0 },
  async run({ clients, output, json, status, signal }) {
    const { models, pulls, defaultModel } = await clients().models.listModels({}, { signal });
    if (json) {
      for (const model of models) await output.json(ModelSchema, model);
      return;
    }
    await output.table(models.map((model) => row(model, defaultModel)));
    if (models.length === 0)
      status.line("No model is installed. Install one with: prosa pull MODEL");
    for (const pull of pulls) {
      const model = cleanLine(pull.model);
      status.line(`${model} is being installed: prosa pull ${model}`);
    }
  },
};

export const load: Command = {
  details: "Returns when the model is there. Leaving does not undo it. For administrators.",
  words: { least: 1, most: 1 },
  async run(invocation) {
    const { clients, words, signal, status } = invocation;
    const model = checkModel(words[0]!);
    status.show(`loading ${model} …`, "passing");
    const call = { signal, timeoutMs: UNLIMITED };
    const response = await clients().models.loadModel({ model }, call);
    await printResult(invocation, ModelSchema, response.model!, `${model} is in memory.`);
  },
};

export const unload: Command = {
  details: "Answers under way end first. For administrators.",
  words: { least: 1, most: 1 },
  async run(invocation) {
    const { clients, words, signal, status } = invocation;
    const model = checkModel(words[0]!);
    status.show(`unloading ${model} …`, "passing");
    const call = { signal, timeoutMs: UNLIMITED };
    const response = await clients().models.unloadModel({ model }, call);
    await printResult(invocation, ModelSchema, response.model!, `${model} is not in memory.`);
  },
};

export const remove: Command = {
  details: "Chats with it stay. For administrators.",
  words: { least: 1, most: 1 },
  async run(invocation) {
    const model = checkModel(invocation.words[0]!);
    const response = await invocation.clients().models.deleteModel({ model });
    await printResult(invocation, DeleteModelResponseSchema, response, `${model} is deleted.`);
  },
};

const abilities: Partial<Record<Capability, string>> = {
  [Capability.COMPLETION]: "chat",
  [Capability.VISION]: "images",
  [Capability.TOOLS]: "tools",
  [Capability.THINKING]: "thinking",
  [Capability.EMBEDDING]: "embeddings",
};

function row(model: Model, defaultModel: string): string[] {
  const marks = [
    model.name === defaultModel ? "default" : "",
    model.loaded ? "in memory" : "",
    model.demonstration ? "demonstration" : "",
  ];
  return [
    model.name,
    formatBytes(Number(model.sizeBytes)),
    `${model.contextWindow} tokens`,
    model.capabilities.flatMap((capability) => abilities[capability] ?? []).join(", "),
    marks.filter(Boolean).join(", "),
  ];
}
