import { Counter, Gauge, Histogram, type Registry } from "@prometheus-io/client";
import { MAX_METRIC_MODELS } from "../limits.ts";

const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
const RATES = [1, 2, 5, 10, 20, 30, 50, 75, 100, 200, 500, 1000];

/** What the model has told at the end of an answer. */
type Answered = {
  promptTokens: number;
  completionTokens: number;
  loadDuration: number;
  generationDuration: number;
};
/** The line in front of one model. */
type Line = { model: string; running: number; waiting: number };

export type ModelMetrics = ReturnType<typeof createModelMetrics>;

/** Counts what models do. Times are in milliseconds. */
export function createModelMetrics(registry: Registry) {
  const name = boundNames(MAX_METRIC_MODELS);
  const answers = createAnswerMetrics(registry);
  const waits = secondsOf(
    registry,
    "prosa_queue_wait_seconds",
    "Time in line until it was the turn of an answer; zero for those who found no line.",
  );
  const addLines = createLineMetrics(registry, name);
  return {
    /** Reads the lines whenever the metrics are read. */
    watchLines: addLines,
    waited: (model: string, ms: number) => waits.observe({ model: name(model) }, ms / 1000),
    firstToken: (model: string, ms: number) => answers.firstToken(name(model), ms),
    answered: (model: string, answer: Answered) => answers.answered(name(model), answer),
  };
}

function createAnswerMetrics(registry: Registry) {
  const first = secondsOf(
    registry,
    "prosa_first_token_seconds",
    "Time from an answer's turn to its first token, a load of the model included.",
  );
  const loads = secondsOf(
    registry,
    "prosa_model_load_seconds",
    "Time until the model was in memory, told with each answer; close to zero when it was.",
  );
  const rates = new Histogram({
    name: "prosa_generation_tokens_per_second",
    help: "Tokens per second of each answer, while it was being written.",
    labelNames: ["model"],
    buckets: RATES,
    registers: [registry],
  });
  const tokens = new Counter({
    name: "prosa_tokens_total",
    help: "Tokens that models have read (prompt) and written (completion).",
    labelNames: ["model", "kind"],
    registers: [registry],
  });
  return {
    firstToken: (model: string, ms: number) => first.observe({ model }, ms / 1000),
    answered(model: string, answer: Answered) {
      tokens.inc({ model, kind: "prompt" }, answer.promptTokens);
      tokens.inc({ model, kind: "completion" }, answer.completionTokens);
      loads.observe({ model }, answer.loadDuration / 1000);
      if (answer.generationDuration <= 0 || answer.completionTokens === 0) return;
      rates.observe({ model }, answer.completionTokens / (answer.generationDuration / 1000));
    },
  };
}

function createLineMetrics(registry: Registry, name: (model: string) => string) {
  let lines: () => Line[] = () => [];
  const seen = new Set<string>();
  const gauge = (metric: string, help: string, of: (line: Line) => number) =>
    new Gauge({
      name: metric,
      help,
      labelNames: ["model"],
      registers: [registry],
      collect() {
        const now = lines();
        for (const { model } of now) seen.add(name(model));
        // A line that has gone is empty, not unknown.
        for (const model of seen) this.set({ model }, 0);
        for (const line of now) this.inc({ model: name(line.model) }, of(line));
      },
    });
  gauge("prosa_queue_running", "Places taken at a model.", ({ running }) => running);
  gauge("prosa_queue_waiting", "Answers that wait in line for a model.", ({ waiting }) => waiting);
  return (read: () => Line[]) => void (lines = read);
}

function secondsOf(registry: Registry, name: string, help: string) {
  const registers = [registry];
  return new Histogram({ name, help, labelNames: ["model"], buckets: SECONDS, registers });
}

/** Only installed models come here; but years of them would still add up, so the rest is `other`. */
function boundNames(limit: number): (name: string) => string {
  const known = new Set<string>();
  return (name) => {
    if (known.has(name)) return name;
    if (known.size >= limit) return "other";
    known.add(name);
    return name;
  };
}
