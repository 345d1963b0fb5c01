import { createStore, reconcile } from "solid-js/store";
import type { Model } from "#proto/prosa/llm/v1/model_pb.ts";
import { modelClient } from "../api.ts";

type ModelsState = {
  models: Model[];
  defaultModel: string;
  embedded: boolean;
  loaded: boolean;
  error: unknown;
};

const [state, setState] = createStore<ModelsState>({
  models: [],
  defaultModel: "",
  embedded: false,
  loaded: false,
  error: undefined,
});

/** The installed models by name. */
export function models(): Model[] {
  return state.models;
}

/** The model that a new chat takes; empty when there is none or it is not known yet. */
export function defaultModel(): string {
  return state.defaultModel;
}

export function findModel(name: string): Model | undefined {
  return state.models.find((model) => model.name === name);
}

/** Asks the server for its models. Never rejects: the outcome is in the store. */
export async function loadModels(): Promise<void> {
  try {
    const list = await modelClient.listModels({});
    setState("models", reconcile(list.models, { key: "name" }));
    setState({
      defaultModel: list.defaultModel,
      embedded: list.embeddedEngine,
      loaded: true,
      error: undefined,
    });
  } catch (error) {
    setState({ error, loaded: true });
  }
}
