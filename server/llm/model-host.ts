import { type ChildProcess, spawn } from "node:child_process";
import { getCompileCacheDir } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { EMBEDDED } from "../config.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";

const USUAL_OLLAMA = "http://127.0.0.1:11434";
const PROBE_LIMIT = 500;
const READY_LIMIT = 15_000;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5000;
const ENGINE = join(import.meta.dirname, "../../engine/main.ts");

export type ModelHost = {
  /** The address of the HTTP API of Ollama, waiting for the engine while it starts. */
  host(): Promise<string>;
  /** Whether it is the engine that comes with Prosa. */
  embedded(): boolean;
  close(): Promise<void>;
};

type Options = { ollamaHost: string | undefined; dataFolder: string; log: Log };

/** The Ollama that is configured, or the one that answers at its usual place, or the engine. */
export function createModelHost({ ollamaHost, dataFolder, log }: Options): ModelHost {
  if (ollamaHost === EMBEDDED) return createEngine(join(dataFolder, "models"), log);
  if (ollamaHost !== undefined) return fixedHost(ollamaHost);
  let engine: ModelHost | undefined;
  let closed = false;
  const chosen = isOllama(USUAL_OLLAMA).then((found) => {
    if (found || closed) return fixedHost(USUAL_OLLAMA);
    engine = createEngine(join(dataFolder, "models"), log);
    return engine;
  });
  return {
    host: async () => (await chosen).host(),
    embedded: () => engine !== undefined,
    async close() {
      closed = true;
      await (await chosen).close();
    },
  };
}

function fixedHost(url: string): ModelHost {
  return {
    host: () => Promise.resolve(url),
    embedded: () => false,
    close: () => Promise.resolve(),
  };
}

async function isOllama(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/api/version`, { signal: AbortSignal.timeout(PROBE_LIMIT) });
    return answer.ok;
  } catch {
    return false;
  }
}

function engineEnvironment(modelsFolder: string): NodeJS.ProcessEnv {
  const cache = getCompileCacheDir();
  return {
    ...process.env,
    PROSA_ENGINE_MODELS: modelsFolder,
    PROSA_ENGINE_PORT: "0",
    // The folder that this process uses ends in the version of Node, which the child appends too.
    ...(cache !== undefined && { NODE_COMPILE_CACHE: dirname(cache) }),
  };
}

/** Runs the engine as a child process and starts it again whenever it dies. */
function createEngine(modelsFolder: string, log: Log): ModelHost {
  let child: ChildProcess | undefined;
  let closed = false;
  let ready = Promise.withResolvers<string>();

  function start(): Promise<void> {
    const started = spawn(process.execPath, [ENGINE], {
      env: engineEnvironment(modelsFolder),
      // The engine leaves when its standard input closes, also when this process is killed.
      stdio: ["pipe", "pipe", "pipe"],
    });
    child = started;
    createInterface(started.stdout).on("line", (line) => {
      const port = /^\{"ready":true,"port":(\d+)\}$/.exec(line)?.[1];
      if (port !== undefined) ready.resolve(`http://127.0.0.1:${port}`);
    });
    createInterface(started.stderr).on("line", (line) => log.info({ line }, "engine"));
    started.stdin.on("error", () => undefined);
    return new Promise((resolve) => {
      started.once("error", () => resolve());
      started.once("exit", (code, signal) => {
        if (!closed) log.error({ code, signal }, "the engine has died and is started again");
        resolve();
      });
    });
  }

  async function supervise() {
    for (let pause = FIRST_PAUSE; !closed;) {
      const startTime = Date.now();
      await start();
      ready = Promise.withResolvers<string>();
      pause =
        Date.now() - startTime > LONGEST_PAUSE ? FIRST_PAUSE : Math.min(pause * 2, LONGEST_PAUSE);
      if (!closed) await sleep(pause);
    }
  }

  const ended = supervise();
  return {
    embedded: () => true,
    async host() {
      const late = new AbortController();
      const limit = sleep(READY_LIMIT, undefined, { signal: late.signal }).then(() => {
        throw new AppError("MODEL_UNAVAILABLE", "The engine does not start.", { retryDelay: 5000 });
      });
      try {
        return await Promise.race([ready.promise, limit]);
      } finally {
        limit.catch(() => undefined);
        late.abort();
      }
    },
    async close() {
      closed = true;
      child?.kill("SIGTERM");
      await ended;
    },
  };
}
