import { AppError } from "../errors.ts";
import type { OllamaApi, PullProgress } from "./ollama.ts";

/** How far a download is, in bytes over all its files. */
export type Pull = {
  model: string;
  phase: "resolving" | "downloading" | "verifying" | "complete";
  completedBytes: number;
  totalBytes: number;
};

type Running = {
  pull: Pull;
  controller: AbortController;
  version: number;
  waiting: Set<() => void>;
  outcome?: { error?: unknown };
};

export type Pulls = ReturnType<typeof createPulls>;

/**
 * Downloads models: one download per model, owned by the server, with any number of watchers that
 * come and go. Two requests for one model share it, and so does somebody who comes back later.
 */
export function createPulls(ollama: OllamaApi, allowRegistryHosts: boolean, changed: () => void) {
  const running = new Map<string, Running>();

  function start(model: string): Running {
    const run: Running = {
      pull: { model, phase: "resolving", completedBytes: 0, totalBytes: 0 },
      controller: new AbortController(),
      version: 0,
      waiting: new Set(),
    };
    running.set(keyOf(model), run);
    const layers = new Map<string, { completed: number; total: number }>();
    const settle = (outcome: { error?: unknown }) => {
      running.delete(keyOf(model));
      run.outcome = outcome;
      changed();
      wake(run);
    };
    ollama
      .pull(model, run.controller.signal, (progress) => {
        run.pull = advance(run.pull, layers, progress);
        wake(run);
      })
      .then(
        () => {
          run.pull = { ...run.pull, phase: "complete", completedBytes: run.pull.totalBytes };
          settle({});
        },
        (error: unknown) => settle({ error }),
      );
    return run;
  }

  return {
    list: (): Pull[] => [...running.values()].map((run) => run.pull),

    /**
     * Starts or joins a download and yields its progress; leaving does not stop it. Before one is
     * started it waits for `begun`.
     */
    async *watch(
      model: string,
      signal: AbortSignal,
      begun: () => Promise<void> = () => Promise.resolve(),
    ): AsyncGenerator<Pull> {
      if (!allowRegistryHosts) refuseRegistryHost(model);
      if (!running.has(keyOf(model))) await begun();
      const run = running.get(keyOf(model)) ?? start(model);
      for (let seen = -1; ;) {
        signal.throwIfAborted();
        if (run.version !== seen) {
          seen = run.version;
          if (run.outcome?.error !== undefined) throw run.outcome.error;
          // It may have moved on before the next turn: only what was told ends the telling.
          const { pull } = run;
          yield pull;
          if (pull.phase === "complete") return;
          continue;
        }
        await nextChange(run, signal);
      }
    },

    /** Stops a download; false when there is none. */
    cancel(model: string): boolean {
      const run = running.get(keyOf(model));
      run?.controller.abort(
        new AppError("PULL_CANCELED", "The download was cancelled.", { metadata: { model } }),
      );
      return run !== undefined;
    },
  };
}

// Both names mean the same model.
const keyOf = (model: string) => model.replace(/:latest$/, "");

function wake(run: Running) {
  run.version += 1;
  for (const resolve of run.waiting) resolve();
  run.waiting.clear();
}

async function nextChange(run: Running, signal: AbortSignal) {
  await new Promise<void>((resolve) => {
    const done = () => {
      signal.removeEventListener("abort", done);
      run.waiting.delete(done);
      resolve();
    };
    signal.addEventListener("abort", done, { once: true });
    run.waiting.add(done);
  });
}

type Layers = Map<string, { completed: number; total: number }>;

function advance(pull: Pull, layers: Layers, progress: PullProgress): Pull {
  const { status, digest, completed = 0, total = 0 } = progress;
  if (digest && total > 0) {
    layers.set(digest, { completed, total });
    let completedBytes = 0;
    let totalBytes = 0;
    for (const layer of layers.values()) {
      completedBytes += layer.completed;
      totalBytes += layer.total;
    }
    return { ...pull, phase: "downloading", completedBytes, totalBytes };
  }
  if (/^(verifying|writing|removing|success)/.test(status)) return { ...pull, phase: "verifying" };
  return pull;
}

// The part before the first slash is a host when it looks like one, as in container registries.
function refuseRegistryHost(model: string) {
  const [first, ...rest] = model.split("/");
  if (rest.length === 0) return;
  if (/[.:]/.test(first!) || first === "localhost" || rest.length > 1) {
    throw new AppError(
      "REGISTRY_NOT_ALLOWED",
      "This server brings models from Ollama's own registry only.",
      { metadata: { model } },
    );
  }
}
