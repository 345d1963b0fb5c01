import type { Run } from "./colour.ts";
import type { ColourAnswer, ColourRequest } from "./colour-worker.ts";
import { whenIdle } from "./when-idle.ts";

const MAX_CHARACTERS = 50_000;
const MAX_LINES = 2_000;
const RUNS_PER_SLICE = 200;
/** Below this many spare milliseconds the rest waits for the next idle moment. */
const MIN_SPARE_MS = 2;

let worker: Worker | undefined;
let lastId = 0;
const waiting = new Map<number, (runs: Run[] | undefined) => void>();

/**
 * Colours code beside the page and hands over the finished nodes when there is time; code that is
 * very long, or in a language that is not known, stays as it is. Returns what stops it.
 */
export function highlight(
  code: string,
  language: string,
  show: (coloured: DocumentFragment) => void,
): () => void {
  const stop = new AbortController();
  if (language && isColourable(code)) {
    void runsOf(code, language.toLowerCase()).then(async (runs) => {
      const coloured = runs && (await build(runs, stop.signal));
      if (coloured) show(coloured);
    });
  }
  return () => stop.abort();
}

/** Whether this code is short enough to be worth its colours. */
export function isColourable(code: string): boolean {
  if (!code || code.length > MAX_CHARACTERS || typeof Worker === "undefined") return false;
  let lines = 1;
  for (let at = code.indexOf("\n"); at >= 0; at = code.indexOf("\n", at + 1)) lines += 1;
  return lines <= MAX_LINES;
}

function runsOf(code: string, language: string): Promise<Run[] | undefined> {
  worker ??= startWorker();
  const request: ColourRequest = { id: ++lastId, code, language };
  worker.postMessage(request);
  return new Promise((resolve) => waiting.set(request.id, resolve));
}

function startWorker(): Worker {
  const started = new Worker(new URL("./colour-worker.ts", import.meta.url), { type: "module" });
  started.addEventListener("message", ({ data }: MessageEvent<ColourAnswer>) => {
    waiting.get(data.id)?.(data.runs);
    waiting.delete(data.id);
  });
  // Without its part of the program (an update, no network) code stays as it is.
  started.addEventListener("error", () => {
    worker = undefined;
    for (const resolve of waiting.values()) resolve(undefined);
    waiting.clear();
  });
  return started;
}

async function build(runs: Run[], signal: AbortSignal): Promise<DocumentFragment | undefined> {
  const fragment = document.createDocumentFragment();
  let spare = await whenIdle();
  for (let next = 0; next < runs.length; next += RUNS_PER_SLICE) {
    if (next > 0 && spare() < MIN_SPARE_MS) spare = await whenIdle();
    if (signal.aborted) return undefined;
    fragment.append(...runs.slice(next, next + RUNS_PER_SLICE).map(nodeOf));
  }
  return fragment;
}

function nodeOf([group, text]: Run): Node | string {
  if (!group) return text;
  const span = document.createElement("span");
  span.className = `md-c-${group}`;
  span.textContent = text;
  return span;
}
