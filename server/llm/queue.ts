import { inSpan } from "../telemetry/trace.ts";

export type Place = { position: number; length: number };
export type Queue = ReturnType<typeof createQueue>;

/** `width` is how many of the places it takes. */
type Waiting = { width: number; start: () => void; moved: (place: Place) => void };
type Line = { running: number; waiting: Waiting[] };

/** Lets `parallel` tasks run at once for each model, first come first served. */
export function createQueue(parallel: number) {
  const lines = new Map<string, Line>();

  /** Starts those at the head for whom there is room. */
  function advance(line: Line) {
    const { length } = line.waiting;
    for (let next = line.waiting[0]; next !== undefined; next = line.waiting[0]) {
      if (line.running + next.width > parallel) break;
      line.waiting.shift();
      line.running += next.width;
      next.start();
    }
    if (line.waiting.length < length) announce(line.waiting);
  }

  function leave(model: string, width: number) {
    const line = lines.get(model)!;
    line.running -= width;
    advance(line);
    if (line.running === 0) lines.delete(model);
  }

  function enter(model: string, width: number, signal: AbortSignal, moved: Waiting["moved"]) {
    let line = lines.get(model);
    if (line === undefined) lines.set(model, (line = { running: 0, waiting: [] }));
    const { waiting } = line;
    if (waiting.length === 0 && line.running + width <= parallel) {
      line.running += width;
      return undefined;
    }
    return new Promise<void>((resolve, reject) => {
      const abort = () => {
        waiting.splice(waiting.indexOf(entry), 1);
        announce(waiting);
        // Whoever wanted the line alone may have held up others.
        advance(line);
        reject(signal.reason);
      };
      const entry = {
        width,
        moved,
        start: () => {
          signal.removeEventListener("abort", abort);
          resolve();
        },
      };
      signal.addEventListener("abort", abort, { once: true });
      waiting.push(entry);
      announce(waiting);
    });
  }

  async function take<T>(
    model: string,
    width: number,
    signal: AbortSignal,
    moved: Waiting["moved"],
    task: () => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const turn = enter(model, width, signal, moved);
    const attributes = { "gen_ai.request.model": model };
    await (turn && inSpan("wait in line", { attributes }, () => turn));
    try {
      return await task();
    } finally {
      leave(model, width);
    }
  }

  return {
    /** Runs the task when it is its turn; `moved` tells the place in line whenever it changes. */
    run: <T>(
      model: string,
      signal: AbortSignal,
      moved: (place: Place) => void,
      task: () => Promise<T>,
    ): Promise<T> => take(model, 1, signal, moved, task),

    /** Runs the task when those before have ended; those who come after wait for its end. */
    alone: <T>(model: string, signal: AbortSignal, task: () => Promise<T>): Promise<T> =>
      take(model, parallel, signal, () => {}, task),

    /** The models that are asked at this moment, the places taken, and how many wait. */
    lines: () =>
      Array.from(lines, ([model, { running, waiting }]) => ({
        model,
        running,
        waiting: waiting.length,
      })),
  };
}

function announce(waiting: Waiting[]) {
  for (const [index, entry] of waiting.entries()) {
    entry.moved({ position: index + 1, length: waiting.length });
  }
}
