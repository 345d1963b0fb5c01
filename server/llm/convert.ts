import { GenerateRole } from "#proto/prosa/llm/v1/llm_service_pb.ts";
import {
  type GenerationOptions,
  TimingsSchema,
  UsageSchema,
} from "#proto/prosa/llm/v1/generation_pb.ts";
import { Capability, ModelSchema, PullPhase, PullSchema } from "#proto/prosa/llm/v1/model_pb.ts";
import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { Asking } from "./generate.ts";
import type { Model } from "./models.ts";
import type { ChatMessage } from "./ollama.ts";
import type { Pull } from "./pulls.ts";

const capabilities: Record<string, Capability> = {
  completion: Capability.COMPLETION,
  vision: Capability.VISION,
  tools: Capability.TOOLS,
  thinking: Capability.THINKING,
  embedding: Capability.EMBEDDING,
};

export function toModel(model: Model) {
  return create(ModelSchema, {
    name: model.name,
    sizeBytes: BigInt(model.sizeBytes),
    contextLength: model.contextLength,
    capabilities: model.capabilities.map((name) => capabilities[name] ?? Capability.UNSPECIFIED),
    loaded: model.loaded,
    contextWindow: model.contextWindow,
    parameterSize: model.parameterSize,
    quantization: model.quantization,
    demonstration: model.demonstration,
  });
}

const phases: Record<Pull["phase"], PullPhase> = {
  resolving: PullPhase.RESOLVING,
  downloading: PullPhase.DOWNLOADING,
  verifying: PullPhase.VERIFYING,
  complete: PullPhase.COMPLETE,
};

export function toPull(pull: Pull) {
  return create(PullSchema, {
    model: pull.model,
    phase: phases[pull.phase],
    completedBytes: BigInt(pull.completedBytes),
    totalBytes: BigInt(pull.totalBytes),
  });
}

export function fromGenerateRole(role: GenerateRole): ChatMessage["role"] {
  if (role === GenerateRole.SYSTEM) return "system";
  return role === GenerateRole.ASSISTANT ? "assistant" : "user";
}

type Sampling = Asking["options"];

/** Only the options that are set. */
export function fromOptions(options: GenerationOptions | undefined): Sampling {
  if (options === undefined) return {};
  const { temperature, topP, topK, seed, maxTokens } = options;
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(topK !== undefined && { topK }),
    ...(seed !== undefined && { seed }),
    ...(maxTokens !== undefined && { maxTokens }),
  };
}

type Statistics = {
  promptTokens: number;
  completionTokens: number;
  timeToFirstToken: number;
  loadDuration: number;
  generationDuration: number;
  totalDuration: number;
};

export function toUsage({ promptTokens, completionTokens }: Statistics) {
  return create(UsageSchema, { promptTokens, completionTokens });
}

export function toTimings(statistics: Statistics) {
  return create(TimingsSchema, {
    timeToFirstToken: durationFromMs(Math.round(statistics.timeToFirstToken)),
    loadDuration: durationFromMs(Math.round(statistics.loadDuration)),
    generationDuration: durationFromMs(Math.round(statistics.generationDuration)),
    totalDuration: durationFromMs(Math.round(statistics.totalDuration)),
  });
}
