import { Failure } from "./failure.ts";

/** How an answer is sampled and bounded: Ollama's names and defaults. */
export type Options = {
  temperature: number;
  top_k: number;
  top_p: number;
  min_p: number;
  repeat_penalty: number;
  repeat_last_n: number;
  seed: number;
  num_predict: number;
  /** Undefined: the model's default. */
  num_ctx: number | undefined;
  stop: string[];
};

const DEFAULTS: Options = {
  temperature: 0.8,
  top_k: 40,
  top_p: 0.9,
  min_p: 0,
  repeat_penalty: 1.1,
  repeat_last_n: 64,
  seed: -1,
  num_predict: -1,
  num_ctx: undefined,
  stop: [],
};

const MAX_STOPS = 32;
const MAX_STOP_LENGTH = 1024;

type NumberRule = { min: number; max: number; whole?: true };

const NUMBERS: Record<Exclude<keyof Options, "stop">, NumberRule> = {
  temperature: { min: 0, max: 100 },
  top_k: { min: 0, max: 1e6, whole: true },
  top_p: { min: 0, max: 1 },
  min_p: { min: 0, max: 1 },
  repeat_penalty: { min: 0.01, max: 10 },
  repeat_last_n: { min: -1, max: 1e6, whole: true },
  seed: { min: -1, max: 2 ** 32 - 1, whole: true },
  num_predict: { min: -2, max: 1e9, whole: true },
  num_ctx: { min: 16, max: 2 ** 22, whole: true },
};

function readNumber(name: string, value: unknown, rule: NumberRule): number {
  if (typeof value !== "number" || (rule.whole && !Number.isInteger(value))) {
    throw new Failure(400, `option "${name}" must be of type ${rule.whole ? "integer" : "float"}`);
  }
  if (value < rule.min || value > rule.max) {
    throw new Failure(400, `option "${name}" must be from ${rule.min} to ${rule.max}`);
  }
  return value;
}

function readStops(value: unknown): string[] {
  const stops = typeof value === "string" ? [value] : value;
  if (!Array.isArray(stops) || !stops.every((stop) => typeof stop === "string")) {
    throw new Failure(400, `option "stop" must be of type array`);
  }
  if (stops.length > MAX_STOPS || stops.some((stop) => stop.length > MAX_STOP_LENGTH)) {
    throw new Failure(400, `option "stop" is longer than the engine allows`);
  }
  return stops.filter((stop) => stop !== "");
}

/** The options in force: later layers win, unknown names are ignored as Ollama does. */
export function readOptions(...layers: unknown[]): Options {
  const options = { ...DEFAULTS };
  for (const layer of layers) {
    if (layer === undefined || layer === null) continue;
    if (typeof layer !== "object") throw new Failure(400, `"options" must be an object`);
    const given = layer as Record<string, unknown>;
    for (const [name, rule] of Object.entries(NUMBERS)) {
      const value = given[name];
      if (value === undefined || value === null) continue;
      options[name as keyof typeof NUMBERS] = readNumber(name, value, rule);
    }
    if (given.stop !== undefined && given.stop !== null) options.stop = readStops(given.stop);
  }
  return options;
}
