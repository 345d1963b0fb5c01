import type { Stream } from "./output.ts";

export type Status = ReturnType<typeof createStatus>;

/** What goes on, on standard error: one line that changes on a terminal, plain lines elsewhere. */
export function createStatus(stream: Stream) {
  const terminal = stream.isTTY === true;
  let shown = "";
  // Nobody reads it: that is no reason to end.
  stream.on("error", () => {});

  function clear(): void {
    if (terminal && shown !== "") stream.write("\r\u001b[K");
    shown = "";
  }

  return {
    terminal,
    columns: () => stream.columns ?? 80,
    /** Says it once until something else is said; `passing` is for terminals alone. */
    show(text: string, passing?: "passing"): void {
      if (text === shown || (passing !== undefined && !terminal)) return;
      if (terminal) stream.write(`\r\u001b[K${text}`);
      else stream.write(`${text}\n`);
      shown = text;
    },
    clear,
    /** A line that stays. */
    line(text: string): void {
      clear();
      stream.write(`${text}\n`);
    },
  };
}
