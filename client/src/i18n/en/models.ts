import { modelMemory } from "./model-memory.ts";
import { formatsOf } from "../format.ts";

const { bytes, number } = formatsOf("en");

/** The texts of the Models screen. */
export const texts = {
  models: {
    lead: "The models on this server.",
    embedded:
      "They run here, in the engine that comes with Prosa, since no Ollama was found; nothing leaves the machine.",
    ollama: "They run in the Ollama of this server.",
    installed: "Installed",
    unavailable: "What runs the models did not answer.",
    begin:
      "Prosa can answer as soon as a model is installed. Llama 3.2 1B is small and good for a beginning.",
    demonstration: (model: string) =>
      `${model} is a demonstration: small enough to come with Prosa, too small to be of use. For real conversations install Llama 3.2 1B.`,
    isDemonstration: "demonstration",
    recommend: (size: string) => `Download Llama 3.2 1B (${size})`,
    context: (tokens: number) => `${number(tokens)} tokens of context`,
    parameters: (size: string) => `${size} parameters`,
    loaded: "in memory",
    capabilities: {
      completion: "chat",
      vision: "images",
      tools: "tools",
      thinking: "thinking",
      embedding: "embeddings",
    },
    default: "default",
    deleteModel: (model: string) => `Delete ${model}`,
    deleteTitle: (model: string) => `Delete ${model}?`,
    deleteHint: (size: string) =>
      `This frees ${size}. Conversations with it stay; to go on with them, choose another model.`,
    itsSpace: "its space",
    add: "Add a model",
    addLabel: "Name in Ollama’s library",
    addHint: "For example qwen3:0.6b or gemma3:1b.",
    addMissing: "Enter a name from Ollama’s library, for example llama3.2:1b.",
    install: "Install",
    installing: (model: string) => `Installing ${model}`,
    phases: {
      resolving: "Asking the library",
      verifying: "Checking the files",
    },
    progress: (done: number, total: number) => `${bytes(done)} of ${bytes(total)}`,
    speed: (perSecond: number) => `${bytes(perSecond)}/s`,
    cancelPull: (model: string) => `Cancel the download of ${model}`,
    ready: (model: string) => `${model} is installed.`,
    deleted: (model: string) => `${model} is deleted.`,
  },
  modelMemory,
};
