import { Code, ConnectError } from "@connectrpc/connect";
import { createStore, produce, reconcile } from "solid-js/store";
import { PullPhase } from "#proto/prosa/llm/v1/model_pb.ts";
import type { Model, Pull } from "#proto/prosa/llm/v1/model_pb.ts";
import { modelClient } from "../api.ts";
import { isCanceled, isUnreachable } from "../errors.ts";
import { createSpeedometer, newPull, progressOf } from "./pull-progress.ts";
import type { PullProgress } from "./pull-progress.ts";

/** The smallest model that is of real use, offered where nothing better is installed. */
export const RECOMMENDED_MODEL = { name: "llama3.2:1b", sizeBytes: 1_321_000_000 };

/** How long to wait before a lost watch or list is asked for again, in milliseconds. */
export const REWATCH_MS = 3_000;

const [state, setState] = createStore<{
  models: Model[];
  pulls: Record<string, PullProgress>;
  defaultModel: string;
  embedded: boolean;
  loaded: boolean;
  error: unknown;
}>({
  models: [],
  pulls: {},
  defaultModel: "",
  embedded: false,
  loaded: false,
  error: undefined,
});

/** What may be over in a moment: the list of models is asked for again. */
const PASSING = [Code.Unavailable, Code.DeadlineExceeded, Code.Unknown, Code.Internal];
let reload: ReturnType<typeof setTimeout> | undefined;

const UNLIMITED = { timeoutMs: 0 };

const watches = new Map<string, AbortController>();

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

/** The downloads under way, and those that failed and were not dismissed. */
export function pulls(): PullProgress[] {
  return Object.values(state.pulls);
}

export function findPull(name: string): PullProgress | undefined {
  return state.pulls[name];
}

/** Whether the server has answered once, with its models or with an error. */
export function modelsLoaded(): boolean {
  return state.loaded;
}

/** Why the models are not known; undefined when they are. */
export function modelsError(): unknown {
  return state.error;
}

/** Whether the models run in the engine that comes with Prosa. */
export function embeddedEngine(): boolean {
  return state.embedded;
}

/**
 * Asks the server for its models and downloads; with `watch`, which only administrators may, goes
 * on watching the downloads. Never rejects: the outcome is in the store.
 */
export async function loadModels(options: { watch?: boolean } = {}): Promise<void> {
  try {
    const list = await modelClient.listModels({});
    setState("models", reconcile(list.models, { key: "name" }));
    setState({
      defaultModel: list.defaultModel,
      embedded: list.embeddedEngine,
      loaded: true,
      error: undefined,
    });
    mergePulls(list.pulls);
    if (options.watch) for (const pull of list.pulls) void installModel(pull.model);
  } catch (error) {
    setState({ error, loaded: true });
    clearTimeout(reload);
    const { code } = ConnectError.from(error);
    if (PASSING.includes(code)) reload = setTimeout(() => void loadModels(options), REWATCH_MS);
  }
}

/**
 * Installs a model, or watches its download when there is one. True once it is installed; false
 * when it failed, for the reason that then stands at the pull, or when this page stopped watching.
 */
export async function installModel(name: string): Promise<boolean> {
  if (watches.has(name)) return false;
  const abort = new AbortController();
  watches.set(name, abort);
  if (state.pulls[name]?.failure !== undefined || !state.pulls[name]) {
    setState("pulls", name, newPull(name));
  }
  try {
    await followPull(name, abort.signal);
  } catch (error) {
    if (!abort.signal.aborted) loseWatch(name, error);
    return false;
  } finally {
    watches.delete(name);
  }
  forgetPull(name);
  await loadModels();
  return true;
}

/** Stops a download for everybody; what has arrived is kept for the next try. */
export async function cancelPull(name: string): Promise<void> {
  await modelClient.cancelPull({ model: name });
  watches.get(name)?.abort();
  forgetPull(name);
}

/** Takes a download out of the list, as after reading why it failed. */
export function forgetPull(name: string): void {
  setState(
    "pulls",
    produce((draft) => {
      delete draft[name];
    }),
  );
}

/** Gives the streams of all watches back; the downloads go on. `loadModels` watches again. */
export function releasePullWatches(): void {
  for (const abort of watches.values()) abort.abort();
}

/** Removes an installed model from the server. */
export async function deleteModel(name: string): Promise<void> {
  await modelClient.deleteModel({ model: name });
  setState("models", (list) => list.filter((model) => model.name !== name));
  await loadModels();
}

/** Brings a model into memory, which may push others out; waits as long as that takes. */
export async function loadModel(name: string): Promise<void> {
  keep((await modelClient.loadModel({ model: name }, UNLIMITED)).model);
  await loadModels();
}

/** Takes a model out of memory; waits until the answers under way have ended. */
export async function unloadModel(name: string): Promise<void> {
  keep((await modelClient.unloadModel({ model: name }, UNLIMITED)).model);
  await loadModels();
}

function keep(model: Model | undefined): void {
  if (model) setState("models", ({ name }) => name === model.name, reconcile(model));
}

async function followPull(name: string, signal: AbortSignal): Promise<void> {
  const speedometer = createSpeedometer();
  for await (const { pull } of modelClient.pullModel({ model: name }, { signal })) {
    if (!pull) continue;
    const progress = progressOf(pull);
    setState("pulls", name, {
      ...progress,
      model: name,
      bytesPerSecond:
        pull.phase === PullPhase.DOWNLOADING
          ? speedometer(progress.completedBytes, performance.now())
          : 0,
    });
  }
}

function loseWatch(name: string, error: unknown): void {
  if (isCanceled(error)) forgetPull(name);
  // The download belongs to the server and goes on: only the view of it was lost.
  else if (isUnreachable(error)) setTimeout(() => void loadModels({ watch: true }), REWATCH_MS);
  else setState("pulls", name, { failure: error });
}

function mergePulls(list: Pull[]): void {
  const running = new Map(list.map((pull) => [pull.model, progressOf(pull)]));
  setState(
    "pulls",
    produce((draft) => {
      for (const [name, shown] of Object.entries(draft)) {
        if (!running.has(name) && !watches.has(name) && shown.failure === undefined) {
          delete draft[name];
        }
      }
      for (const [name, progress] of running) if (!watches.has(name)) draft[name] = progress;
    }),
  );
}
