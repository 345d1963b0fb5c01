import { exitCodes } from "./exit-codes.ts";

/** npm hands a Ctrl-C on that the terminal has sent to everybody already: it is one all the same. */
const ECHO = 60;

export type Interrupts = ReturnType<typeof createInterrupts>;

/** Ctrl-C: the first aborts `signal`, or does what the command says; a second one leaves at once. */
export function createInterrupts(leave: (code: number) => void) {
  const controller = new AbortController();
  let handle: (() => void) | undefined;
  let last = -Infinity;
  let pressed = 0;
  return {
    signal: controller.signal,
    press(): void {
      const now = performance.now();
      if (now - last < ECHO) return;
      last = now;
      pressed += 1;
      if (pressed > 1) leave(exitCodes.interrupted);
      else if (handle !== undefined) handle();
      else controller.abort();
    },
    /** Until the returned function is called, the first Ctrl-C does this instead. */
    during(action: () => void): () => void {
      pressed = 0;
      handle = action;
      return () => {
        handle = undefined;
        pressed = 0;
      };
    },
  };
}
