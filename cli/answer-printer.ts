import type { Invocation } from "./command.ts";

/** Prints an answer as it comes, and what is waited for where it does not harm the text. */
export function createAnswerPrinter({
  output,
  status,
  json,
}: Pick<Invocation, "output" | "status" | "json">) {
  let last = "\n";
  const midLine = () => !last.endsWith("\n");
  return {
    async text(text: string): Promise<void> {
      if (json || text === "") return;
      status.clear();
      last = text;
      await output.text(text);
    },
    waits(words: string): void {
      // On a terminal both share a line, and the status would wipe out the text in it.
      if (output.terminal && midLine()) return;
      if (words === "") status.clear();
      else status.show(words, "passing");
    },
    /** Ends the line of the answer, if one is open. */
    async end(): Promise<void> {
      status.clear();
      if (!midLine()) return;
      last = "\n";
      // An output that takes no more is what ended the command, or is told at its end.
      await output.line().catch(() => undefined);
    },
  };
}

export type AnswerPrinter = ReturnType<typeof createAnswerPrinter>;
