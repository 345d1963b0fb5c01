import { AppError } from "../errors.ts";
import { MAX_MODELS, MODEL_CACHE, MODEL_RETRY } from "../limits.ts";
import type { InstalledModel, ModelFacts, OllamaApi } from "./ollama.ts";
import { createPulls } from "./pulls.ts";

/** The model that comes with Prosa and shows only that it works. */
const DEMONSTRATION = "prosa-tiny";

export type Model = InstalledModel &
  ModelFacts & {
    /** The context that Prosa gives the model, in tokens. */
    contextWindow: number;
    demonstration: boolean;
    loaded: boolean;
  };

/** What can be wanted of a model, in Ollama's words, and the same for people. */
const ABILITIES = { completion: "answer messages", embedding: "turn texts into vectors" };
export type Ability = keyof typeof ABILITIES;

export type Models = ReturnType<typeof createModels>;

/** Knows which models are installed and what they can do; asks again after MODEL_CACHE. */
export function createModels(
  ollama: OllamaApi,
  config: { numCtx: number; allowRegistryHosts: boolean },
) {
  const { current, refresh, forget } = createCache(createReader(ollama, config.numCtx));
  return {
    pulls: createPulls(ollama, config.allowRegistryHosts, forget),

    /** All installed models by name, as they are now. */
    list: async (): Promise<Model[]> => [...(await refresh()).values()],

    /** An installed model as it is now, whatever it can do, or an AppError. */
    async look(name: string): Promise<Model> {
      const model = (await refresh()).get(plainName(name));
      if (model === undefined) throw missing(name);
      return model;
    },

    /** An installed model that can do what is wanted, or an AppError. */
    async get(name: string, ability: Ability = "completion"): Promise<Model> {
      const plain = plainName(name);
      const model = (await current()).get(plain) ?? (await refresh()).get(plain);
      if (model === undefined) throw missing(name, ability);
      if (!isAble(model, ability)) {
        throw new AppError("MODEL_UNSUITABLE", `The model ${name} cannot ${ABILITIES[ability]}.`, {
          metadata: { model: name },
        });
      }
      return model;
    },

    /** The name of the model for those who name none; empty when there is none. */
    async defaultName(ability: Ability = "completion"): Promise<string> {
      return chooseDefault([...(await current()).values()], ability);
    },

    /**
     * The model to write down: the given one, which must be installed, or the default, which may be
     * empty unless it is needed. While Ollama is away the name is taken as it is.
     */
    async choose(name: string, needed?: "needed"): Promise<string> {
      try {
        const wanted = name || (await this.defaultName());
        if (wanted === "" && needed === undefined) return "";
        return (await this.get(wanted)).name;
      } catch (error) {
        if (error instanceof AppError && error.reason === "MODEL_UNAVAILABLE") return name;
        throw error;
      }
    },

    /** Rejects unless Ollama answers. */
    ping: async (): Promise<void> => void (await ollama.loaded()),

    /** The version that Ollama or the engine tells; rejects unless it answers. */
    hostVersion: (): Promise<string> => ollama.version(),

    /** Whether the model is in memory at this moment. */
    isLoaded: async (name: string): Promise<boolean> => (await ollama.loaded()).has(name),

    async delete(name: string): Promise<void> {
      const model = await this.look(name);
      await ollama.delete(model.name).finally(forget);
    },
  };
}

/** Keeps what was read and brings it up to date; a failure is kept for a moment too. */
function createCache(read: () => Promise<Map<string, Model>>) {
  let known: { models: Map<string, Model>; time: number } | undefined;
  let failed: { error: unknown; time: number } | undefined;
  let refreshing: Promise<Map<string, Model>> | undefined;
  let changes = 0;

  // What is being read at this moment may be from before the change: it counts no more.
  const forget = () => {
    changes += 1;
    known = undefined;
    refreshing = undefined;
  };

  async function refresh() {
    const before = changes;
    refreshing ??= read().finally(() => {
      if (before === changes) refreshing = undefined;
    });
    try {
      const models = await refreshing;
      if (before === changes) known = { models, time: Date.now() };
      failed = undefined;
      return models;
    } catch (error) {
      failed = { error, time: Date.now() };
      throw error;
    }
  }

  /** What is known, brought up to date behind the caller's back when it is old. */
  async function current() {
    if (known === undefined) {
      if (failed !== undefined && Date.now() - failed.time < MODEL_RETRY) throw failed.error;
      return refresh();
    }
    if (Date.now() - known.time > MODEL_CACHE) void refresh().catch(forget);
    return known.models;
  }

  return { current, refresh, forget };
}

/** Reads all that is to be known about the installed models. */
function createReader(ollama: OllamaApi, numCtx: number) {
  const factsOf = createFacts(ollama);
  return async (): Promise<Map<string, Model>> => {
    const [installed, loaded] = await Promise.all([ollama.list(), ollama.loaded()]);
    const shown = installed.sort((a, b) => a.name.localeCompare(b.name)).slice(0, MAX_MODELS);
    const models = await Promise.all(
      shown.map(async (model): Promise<Model> => {
        // A model that is broken, or gone since it was listed, must not hide the others.
        const { contextLength, capabilities } = await factsOf(model).catch(() => UNKNOWN_FACTS);
        return {
          ...model,
          contextLength,
          capabilities,
          contextWindow: contextLength === 0 ? numCtx : Math.min(contextLength, numCtx),
          demonstration: model.name === DEMONSTRATION,
          loaded: loaded.has(model.name),
        };
      }),
    );
    return new Map(models.map((model) => [model.name, model]));
  };
}

const UNKNOWN_FACTS: ModelFacts = { contextLength: 0, capabilities: [] };

/** What a model can do depends on its files alone, so it is asked once per digest. */
function createFacts(ollama: OllamaApi) {
  const facts = new Map<string, Promise<ModelFacts>>();
  return (model: InstalledModel): Promise<ModelFacts> => {
    const key = `${model.name} ${model.digest}`;
    let asked = facts.get(key);
    if (asked === undefined) {
      asked = ollama.show(model.name);
      facts.set(key, asked);
      asked.catch(() => facts.delete(key));
    }
    return asked;
  };
}

function missing(model: string, ability: Ability = "completion") {
  const words =
    model === ""
      ? `No model is installed that can ${ABILITIES[ability]}.`
      : `The model ${model} is not installed.`;
  return new AppError("MODEL_MISSING", words, { metadata: { model } });
}

// Ollama names a model without a tag `name:latest`.
const plainName = (name: string) => name.replace(/:latest$/, "");

// What is not known to be impossible is tried.
const isAble = ({ capabilities }: Model, ability: Ability) =>
  capabilities.length === 0 || capabilities.includes(ability);

/** The newest model that is no demonstration and able, else the demonstration. */
export function chooseDefault(models: Model[], ability: Ability = "completion"): string {
  const able = models.filter((model) => isAble(model, ability));
  const [best] = able.sort(
    (a, b) => Number(a.demonstration) - Number(b.demonstration) || b.modifyTime - a.modifyTime,
  );
  return best?.name ?? "";
}
