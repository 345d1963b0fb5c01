/** A model that the fake pretends to have. */
export interface FakeModel {
  readonly name: string;
  readonly capabilities: readonly string[];
  readonly contextLength: number;
  readonly sizeBytes: number;
}

export const defaultFakeModels: readonly FakeModel[] = [
  fakeModel("fake:1b", ["completion"]),
  fakeModel("fake-think:1b", ["completion", "thinking"]),
  fakeModel("fake-embed:latest", ["embedding"]),
];

/** A model with plausible figures. */
export function fakeModel(
  name: string,
  capabilities: readonly string[] = ["completion"],
  contextLength = 8192,
): FakeModel {
  return { name, capabilities, contextLength, sizeBytes: 1_321_098_329 };
}

/** Ollama takes a name without a tag as `name:latest`. */
export function findModel(models: readonly FakeModel[], name: string): FakeModel | undefined {
  return models.find((model) => model.name === name || model.name === `${name}:latest`);
}

/** An entry of `GET /api/tags`. */
export function toTag(model: FakeModel) {
  return {
    name: model.name,
    model: model.name,
    modified_at: "2026-11-01T12:00:00.000000000Z",
    size: model.sizeBytes,
    digest: Buffer.from(model.name).toString("hex").padEnd(64, "0").slice(0, 64),
    details: details(),
    capabilities: model.capabilities,
  };
}

/** An entry of `GET /api/ps`. */
export function toLoaded(model: FakeModel) {
  const { capabilities: _, modified_at: __, ...tag } = toTag(model);
  return {
    ...tag,
    size_vram: 0,
    expires_at: new Date(Date.now() + 300_000).toISOString(),
    context_length: model.contextLength,
  };
}

/** The answer of `POST /api/show`. */
export function toShow(model: FakeModel) {
  return {
    modelfile: `FROM ${model.name}\n`,
    parameters: "temperature 0",
    template: "{{ .Prompt }}",
    details: details(),
    model_info: {
      "general.architecture": "llama",
      "general.parameter_count": 1_235_814_432,
      "llama.context_length": model.contextLength,
      "llama.embedding_length": 2048,
    },
    capabilities: model.capabilities,
    modified_at: "2026-11-01T12:00:00.000000000Z",
  };
}

function details() {
  return {
    parent_model: "",
    format: "gguf",
    family: "llama",
    families: ["llama"],
    parameter_size: "1.2B",
    quantization_level: "Q8_0",
  };
}
