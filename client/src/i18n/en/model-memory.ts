/** Bringing models into memory and taking them out. */
export const modelMemory = {
  load: "Load",
  loadModel: (model: string) => `Load ${model} into memory`,
  unload: "Unload",
  unloadModel: (model: string) => `Unload ${model} from memory`,
  isLoaded: (model: string) => `${model} is in memory.`,
  isUnloaded: (model: string) => `${model} is no longer in memory.`,
};
