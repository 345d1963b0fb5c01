import type { Progress, Step } from "#db/backup/progress.ts";
import type { Writable } from "node:stream";

type Stream = Writable & { isTTY?: boolean; columns?: number };
export type ProgressLine = ReturnType<typeof createProgressLine>;

const REDRAW_MS = 100;
const CLEAR = "\r\u001b[K";

const LABELS: Record<Step, string> = {
  read: "reading the database",
  check: "checking the file",
  start: "starting PostgreSQL",
  restore: "restoring",
  index: "making the search index",
  compare: "comparing",
  finish: "finishing",
};

/** What goes on, in one line that changes: on a terminal, and not a byte of it elsewhere. */
export function createProgressLine(stream: Stream) {
  let latest: Progress | undefined;
  let shown = "";
  let timer: NodeJS.Timeout | undefined;
  // Nobody reads it: that is no reason to end.
  stream.on("error", () => {});

  function draw(): void {
    if (latest === undefined) return;
    // Some terminals say that they have 0 columns.
    const text = describe(latest).slice(0, (stream.columns || 80) - 1);
    if (text !== shown) stream.write(`${CLEAR}${text}`);
    shown = text;
  }

  function clear(): void {
    clearInterval(timer);
    timer = undefined;
    latest = undefined;
    if (shown !== "") stream.write(CLEAR);
    shown = "";
  }

  return {
    /** Is drawn a moment later, unless there is something newer by then. */
    show(progress: Progress): void {
      if (stream.isTTY !== true) return;
      latest = progress;
      timer ??= setInterval(draw, REDRAW_MS).unref();
    },
    clear,
    /** A line that stays. */
    say(words: string): void {
      clear();
      stream.write(`${words}\n`);
    },
  };
}

/** `Restoring: 42%, 84000 of 200000 rows, messages` */
export function describe(progress: Progress): string {
  const { step, table, trial } = progress;
  const label = `${trial ? "trying it out: " : ""}${LABELS[step]}`;
  const figures = [percentage(progress), rows(progress), table].filter((it) => it !== undefined);
  const start = `${label.charAt(0).toUpperCase()}${label.slice(1)}`;
  return figures.length > 0 ? `${start}: ${figures.join(", ")}` : start;
}

/** Never 100 before it is all there. */
function percentage({ done = 0, total = 0 }: Progress): string | undefined {
  return total > 0 ? `${Math.floor((Math.min(done, total) / total) * 100)}%` : undefined;
}

function rows({ table, done, total }: Progress): string | undefined {
  if (table === undefined || done === undefined) return undefined;
  return total === undefined ? `${done} rows` : `${done} of ${total} rows`;
}
