import type { Dictionary } from "../i18n.ts";

export const modelMemory: Dictionary["modelMemory"] = {
  load: "Carregar",
  loadModel: (model) => `Carregar ${model} na memória`,
  unload: "Descarregar",
  unloadModel: (model) => `Descarregar ${model} da memória`,
  isLoaded: (model) => `${model} está na memória.`,
  isUnloaded: (model) => `${model} saiu da memória.`,
};
