export type Lines = ReturnType<typeof createLines>;

/** Makes messages of lines: what is pasted, and what follows a line with \ at its end, is one. */
export function createLines() {
  const messages: string[] = [];
  let open: string[] = [];
  let pasting = false;
  let ended = false;
  let failure: unknown;
  let wake = () => {};

  function finish(): void {
    messages.push(open.join("\n"));
    open = [];
  }

  return {
    add(line: string): void {
      const goesOn = !pasting && line.endsWith("\\");
      open.push(goesOn ? line.slice(0, -1) : line);
      if (!pasting && !goesOn) finish();
      wake();
    },
    pasting: (now: boolean) => void (pasting = now),
    /** Takes back the message that is not finished yet; false when there is none. */
    drop(): boolean {
      const dropped = open.length > 0;
      open = [];
      return dropped;
    },
    end(): void {
      if (open.length > 0) finish();
      ended = true;
      wake();
    },
    /** Ends with an error, which comes after the last message. */
    fail(error: unknown): void {
      failure = error;
      ended = true;
      wake();
    },
    /** Whether no line will be added any more. */
    ended: () => ended,
    /** The next message, or undefined after the last; `more` is called for each line without one. */
    async next(more: () => void): Promise<string | undefined> {
      for (;;) {
        const message = messages.shift();
        if (message !== undefined) return message;
        if (failure !== undefined) throw failure;
        if (ended) return undefined;
        await new Promise<void>((resolve) => (wake = resolve));
        if (messages.length === 0 && !ended) more();
      }
    },
  };
}
