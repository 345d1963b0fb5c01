import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { getCompileCacheDir } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { EMBEDDED } from "../config.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";

const USUAL_OLLAMA = "http://127.0.0.1:11434";
/** A busy Ollama may be slow to answer; where there is none, the refusal comes at once. */
const PROBE_LIMIT = 5000;
const READY_LIMIT = 15_000;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5000;
/** How long the engine may take to leave before it is killed. */
const LEAVE_LIMIT = 2000;
const ENGINE = join(import.meta.dirname, "../../engine/main.ts");

/** Where the HTTP API of Ollama is, and the headers that every request to it needs. */
export type Host = { url: string; headers?: Record<string, string> };

export type ModelHost = {
  /** Waits for the engine while it starts. */
  host(): Promise<Host>;
  /** Whether it is the engine that comes with Prosa. */
  embedded(): boolean;
  close(): Promise<void>;
};

type Options = {
  ollamaHost: string | undefined;
  dataFolder: string;
  log: Log;
  /** Where to look for an Ollama that nobody has configured, and what to run if there is none. */
  usualOllama?: string;
  engine?: string;
};

/** The Ollama that is configured, or the one that answers at its usual place, or the engine. */
export function createModelHost(options: Options): ModelHost {
  const { ollamaHost, usualOllama = USUAL_OLLAMA } = options;
  if (ollamaHost === EMBEDDED) return createEngine(options);
  if (ollamaHost !== undefined) return fixedHost(ollamaHost);
  let engine: ModelHost | undefined;
  const closed = new AbortController();
  const chosen = isOllama(usualOllama, closed.signal).then((found) => {
    if (found || closed.signal.aborted) return fixedHost(usualOllama);
    engine = createEngine(options);
    return engine;
  });
  return {
    host: async () => (await chosen).host(),
    embedded: () => engine !== undefined,
    async close() {
      closed.abort();
      await (await chosen).close();
    },
  };
}

function fixedHost(url: string): ModelHost {
  return {
    host: () => Promise.resolve({ url }),
    embedded: () => false,
    close: () => Promise.resolve(),
  };
}

async function isOllama(url: string, closed: AbortSignal): Promise<boolean> {
  try {
    const signal = AbortSignal.any([closed, AbortSignal.timeout(PROBE_LIMIT)]);
    const answer = await fetch(`${url}/api/version`, { signal });
    return answer.ok;
  } catch {
    return false;
  }
}

function engineEnvironment(modelsFolder: string, secret: string): NodeJS.ProcessEnv {
  const cache = getCompileCacheDir();
  return {
    ...process.env,
    PROSA_ENGINE_MODELS: modelsFolder,
    PROSA_ENGINE_PORT: "0",
    PROSA_ENGINE_SECRET: secret,
    // The folder that this process uses ends in the version of Node, which the child appends too.
    ...(cache !== undefined && { NODE_COMPILE_CACHE: dirname(cache) }),
  };
}

/** Runs the engine as a child process and starts it again whenever it dies. */
function createEngine({ dataFolder, log, engine = ENGINE }: Options): ModelHost {
  const secret = randomBytes(32).toString("base64url");
  let child: ChildProcess | undefined;
  let closed = false;
  let ready = Promise.withResolvers<string>();
  let isReady = false;

  function start(): Promise<void> {
    const started = spawn(process.execPath, [engine], {
      env: engineEnvironment(join(dataFolder, "models"), secret),
      // The engine leaves when its standard input closes, also when this process is killed.
      stdio: ["pipe", "pipe", "pipe"],
    });
    child = started;
    createInterface(started.stdout).on("line", (line) => {
      const port = /^\{"ready":true,"port":(\d+)\}$/.exec(line)?.[1];
      if (port === undefined || started.exitCode !== null || started.signalCode !== null) return;
      ready.resolve(`http://127.0.0.1:${port}`);
      isReady = true;
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
      // Who waited for the engine that died before it was ready waits for the next one.
      if (isReady) ready = Promise.withResolvers<string>();
      isReady = false;
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
        const url = await Promise.race([ready.promise, limit]);
        return { url, headers: { authorization: `Bearer ${secret}` } };
      } finally {
        limit.catch(() => undefined);
        late.abort();
      }
    },
    async close() {
      closed = true;
      child?.kill("SIGTERM");
      const force = setTimeout(() => child?.kill("SIGKILL"), LEAVE_LIMIT);
      await ended;
      clearTimeout(force);
    },
  };
}
