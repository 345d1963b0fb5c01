import type { modelMemory as english } from "../en/model-memory.ts";

export const modelMemory: typeof english = {
  load: "Carregar",
  loadModel: (model) => `Carregar ${model} na memória`,
  unload: "Descarregar",
  unloadModel: (model) => `Descarregar ${model} da memória`,
  isLoaded: (model) => `${model} está na memória.`,
  isUnloaded: (model) => `${model} saiu da memória.`,
};
