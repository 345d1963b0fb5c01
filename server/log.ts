import { type DestinationStream, type Logger, pino } from "pino";

export type Log = Logger;

const MAX_CAUSES = 8;
const BUFFERED_BYTES = 8192;

/** Writes one JSON line per event to the standard output, or to the given destination. */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: createClock(),
    serializers: { err: describeError },
  };
  return pino(options, destination ?? (output ??= standardOutput()));
}

/** The time of a line; many are written within a millisecond. */
function createClock(): () => string {
  let last = 0;
  let words = "";
  return () => {
    const now = Date.now();
    if (now !== last) words = `,"time":"${new Date(now).toISOString()}"`;
    last = now;
    return words;
  };
}

/** All logs of a process write through one. */
let output: DestinationStream | undefined;

/** Writes the lines of one turn of the event loop together: a system call each would cost as much as a line. */
function standardOutput(): DestinationStream {
  const stream = pino.destination({ sync: true, minLength: BUFFERED_BYTES });
  let waiting = false;
  // Not flushSync, which also waits until the disk has it all.
  const flush = () => {
    waiting = false;
    stream.flush();
  };
  process.once("exit", () => stream.flushSync());
  return {
    write(line) {
      stream.write(line);
      if (!waiting) setImmediate(flush);
      waiting = true;
    },
  };
}

/** An error without the values of its query, which are what people have written. */
function describeError(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as { code?: unknown };
  const start = error.stack?.indexOf(error.message) ?? -1;
  return {
    type: error.name,
    message: error.message.split("\nparams:", 1)[0],
    code,
    stack: start < 0 ? undefined : error.stack!.slice(start + error.message.length),
    ...(error.cause !== undefined &&
      depth < MAX_CAUSES && { cause: describeError(error.cause, depth + 1) }),
  };
}
