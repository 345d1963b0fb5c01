export type Place = { position: number; length: number };
export type Queue = ReturnType<typeof createQueue>;

type Waiting = { start: () => void; moved: (place: Place) => void };

/** Lets `parallel` tasks run at once for each model, first come first served. */
export function createQueue(parallel: number) {
  const lines = new Map<string, { running: number; waiting: Waiting[] }>();

  function leave(model: string) {
    const line = lines.get(model)!;
    const next = line.waiting.shift();
    if (next === undefined) {
      line.running -= 1;
      if (line.running === 0) lines.delete(model);
      return;
    }
    next.start();
    announce(line.waiting);
  }

  function enter(model: string, signal: AbortSignal, moved: (place: Place) => void) {
    let line = lines.get(model);
    if (line === undefined) lines.set(model, (line = { running: 0, waiting: [] }));
    if (line.running < parallel) {
      line.running += 1;
      return undefined;
    }
    const { waiting } = line;
    return new Promise<void>((resolve, reject) => {
      const abort = () => {
        waiting.splice(waiting.indexOf(entry), 1);
        announce(waiting);
        reject(signal.reason);
      };
      const entry = {
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

  return {
    /** Runs the task when it is its turn; `moved` tells the place in line whenever it changes. */
    async run<T>(
      model: string,
      signal: AbortSignal,
      moved: (place: Place) => void,
      task: () => Promise<T>,
    ): Promise<T> {
      signal.throwIfAborted();
      await enter(model, signal, moved);
      try {
        return await task();
      } finally {
        leave(model);
      }
    },
  };
}

function announce(waiting: Waiting[]) {
  for (const [index, entry] of waiting.entries()) {
    entry.moved({ position: index + 1, length: waiting.length });
  }
}
